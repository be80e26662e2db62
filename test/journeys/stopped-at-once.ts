import type { Served } from './running.ts'

/** Stops it with `undo`, by two signals: the second one ends the delay in its settings. */
export function stoppedAtOnce(undo: AsyncDisposableStack, served: Served): Served {
  undo.use(served)
  undo.defer(() => {
    if (!served.ended()) process.kill(served.pid, 'SIGTERM')
  })
  return served
}
