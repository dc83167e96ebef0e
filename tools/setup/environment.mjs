/** The environment of this process, read nowhere else in the set-up. */
// oxlint-disable-next-line node/no-process-env
export const environment = process.env;
