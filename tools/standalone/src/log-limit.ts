/** Per log file; one former file of the same size is kept beside it. */
export const logLimitBytes = 10 * 1024 * 1024;
