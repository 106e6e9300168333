/** What is left to CI and to whoever asks: tests that need servers, or many processes. */

/** Why these do not run here; null where they do. */
export const leftOut: string | null =
  process.env.CI === undefined && process.env.TEST_SERVERS === undefined
    ? 'left to npm run test:servers'
    : null;
