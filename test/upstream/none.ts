import type { Upstreams } from '../../src/upstream/upstream.ts'

/** Accounts without another STS behind them. */
export const noUpstreams: Upstreams = { of: () => undefined }
