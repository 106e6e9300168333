/** Settings of an installation that refuses nobody for how much they ask: of tests and benches that ask all they can. */

export const UNLIMITED = {
  TRELLIS_KEY_POINTS_PER_MINUTE: '0',
  TRELLIS_USER_POINTS_PER_MINUTE: '0',
  TRELLIS_TENANT_POINTS_PER_MINUTE: '0',
  TRELLIS_ADDRESS_POINTS_PER_MINUTE: '0',
} as const;
