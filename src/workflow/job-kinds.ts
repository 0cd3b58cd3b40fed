/** What a worker may be asked to do. */
export const GENERATE_JOB = 'generate-batch';
export const SEAL_JOB = 'seal-agreement';
export const RENEW_JOB = 'renew-archive';
/** Subject: a run of a key over a batch. */
export const KEY_RUN_JOB = 'sign-with-key';
