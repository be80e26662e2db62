import { z } from 'zod'
import { duration } from './duration.ts'

/** `shutdown`: how SIGTERM ends a node without losing a request. */
export const shutdown = z
  .strictObject({
    delay: duration(0, 600)
      .default(0)
      .describe(
        '`/readyz` answers 503 for this long while everything is still served: longer than a ' +
          'proxy or load balancer takes to notice. Default 0s',
      ),
    idle: duration(0, 60)
      .default(2)
      .describe(
        'Then no connection is accepted, answers say `Connection: close`, and connections ' +
          'without a request stay open for this long: a client may be sending. Default 2s',
      ),
    timeout: duration(1, 600)
      .default(10)
      .describe('Requests in progress have this long to finish after that; default 10s'),
  })
  .transform(({ delay, idle, timeout }) => ({
    delayMs: delay * 1000,
    idleMs: idle * 1000,
    timeoutMs: timeout * 1000,
  }))
