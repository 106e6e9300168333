/**
 * One tenant that was ingested, as many: what the graph, the contents and the indexes have of it is written again under
 * other tenants and ids, by the calls that a restore makes. So a large installation has what ingestion makes, in minutes.
 */

import { hash } from 'node:crypto';
import { contentsOf, LABELS_WITH_CONTENTS } from '../../operations/move/carry-contents.ts';
import type { Installation } from '../../operations/move/installation.ts';
import { edgePages, nodePages } from '../../operations/move/pages.ts';
import type { ContentKey } from '../../stores/content/content-store.ts';
import { chunksByIds } from '../../stores/graph/statements/chunks.ts';
import { documentsByIds } from '../../stores/graph/statements/documents.ts';
import {
  CARRIED_EDGES,
  type CarriedEdge,
  type CarriedNode,
  type CarriedRelation,
  putEdges,
  putNodes,
} from '../../stores/graph/statements/transfer.ts';
import { toIndexedChunk, toIndexedDocument } from '../../stores/vectors/to-indexed.ts';

const LABELS = ['Collection', 'Document', 'Chunk', 'Entity', 'Name', 'Relationship'] as const;
type Label = (typeof LABELS)[number];
const EDGES = Object.keys(CARRIED_EDGES) as CarriedEdge[];
const AT_ONCE = 500;
const { signal } = new AbortController();

export interface Template {
  readonly tenant: string;
  readonly nodes: ReadonlyMap<Label, readonly CarriedNode[]>;
  readonly edges: ReadonlyMap<CarriedEdge, readonly CarriedRelation[]>;
  readonly contents: readonly { readonly key: ContentKey; readonly bytes: Uint8Array }[];
  readonly vectors: ReadonlyMap<string, Float32Array | null>;
}

export async function readTemplate(from: Installation, tenant: string): Promise<Template> {
  const nodes = new Map<Label, readonly CarriedNode[]>();
  for (const label of LABELS) {
    const all: CarriedNode[] = [];
    for await (const page of nodePages(from.graph, label, signal))
      all.push(...page.filter(({ properties }) => properties['tenant'] === tenant));
    nodes.set(label, all);
  }
  const edges = new Map<CarriedEdge, readonly CarriedRelation[]>();
  for (const edge of EDGES) {
    const all: CarriedRelation[] = [];
    for await (const page of edgePages(from.graph, edge, signal)) all.push(...page);
    edges.set(edge, all);
  }
  const keys = LABELS_WITH_CONTENTS.flatMap((label) =>
    label === 'Document' ? contentsOf(label, nodes.get(label) ?? []) : [],
  );
  const contents: { key: ContentKey; bytes: Uint8Array }[] = [];
  for (const key of keys) {
    const [bytes] = await from.content.get([key]);
    if (bytes) contents.push({ key, bytes });
  }
  const chunkIds = (nodes.get('Chunk') ?? []).map(({ id }) => id);
  const found = await from.vectors.vectors(chunkIds, tenant);
  return {
    ...{ tenant, nodes, edges, contents },
    vectors: new Map(chunkIds.map((id, at) => [id, found[at] ?? null])),
  };
}

export async function copyTemplate(to: Installation, template: Template, tenant: string): Promise<void> {
  const known = new Set([...template.nodes.values()].flatMap((nodes) => nodes.map(({ id }) => id)));
  const renamed = (id: string) =>
    known.has(id) ? `${id.slice(0, 4)}${hash('sha256', `${tenant} ${id}`, 'base64url').slice(0, 22)}` : id;
  const copied = (properties: CarriedNode['properties']) =>
    Object.fromEntries(
      Object.entries(properties).map(([name, value]) => {
        if (name === 'tenant') return [name, tenant];
        return [name, typeof value === 'string' ? renamed(value) : value];
      }),
    );
  await to.content.put(
    template.contents.map(({ key, bytes }) => ({ tenant, hash: key.hash, bytes: new Uint8Array(bytes) })),
  );
  for (const [label, nodes] of template.nodes)
    for (const page of pagesOf(nodes))
      await to.graph.write([
        putNodes(
          label,
          page.map(({ id, properties }) => ({ id: renamed(id), properties: copied(properties) })),
        ),
      ]);
  for (const [edge, relations] of template.edges)
    for (const page of pagesOf(relations))
      await to.graph.write([
        putEdges(
          edge,
          page.map(({ source, target, properties }) => ({
            source: renamed(source),
            target: renamed(target),
            properties: copied(properties),
          })),
        ),
      ]);
  await indexCopies(to, tenant, new Map([...template.vectors].map(([id, vector]) => [renamed(id), vector])));
}

async function indexCopies(
  { graph, vectors }: Installation,
  tenant: string,
  known: ReadonlyMap<string, Float32Array | null>,
): Promise<void> {
  for (const ids of pagesOf([...known.keys()])) {
    const chunks = await graph.read(chunksByIds(tenant, ids));
    const documentIds = [...new Set(chunks.map(({ documentId }) => documentId))];
    const documents = await graph.read(documentsByIds(tenant, documentIds));
    const byId = new Map(documents.map((document) => [document.id, document]));
    const indexed = chunks.flatMap((chunk) => {
      const document = byId.get(chunk.documentId);
      return document === undefined ? [] : [toIndexedChunk(document, chunk, known.get(chunk.id))];
    });
    await vectors.apply([{ tenant, documents: documents.map(toIndexedDocument), chunks: indexed }]);
  }
}

function* pagesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += AT_ONCE) yield items.slice(at, at + AT_ONCE);
}
