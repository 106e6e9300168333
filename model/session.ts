/** Sessions: what a user who signed in has until signing out, being signed out, or the end of its time. */

export interface Session {
  readonly id: string;
  readonly userId: string;
  /** RFC 3339, like all moments here. */
  readonly createdAt: string;
  readonly refreshedAt: string | null;
  readonly expiresAt: string;
}
