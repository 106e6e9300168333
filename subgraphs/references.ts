/** How one subgraph speaks of a type that another one owns: by its key. */

export interface Reference {
  readonly id: string;
}
