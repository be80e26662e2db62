import type { Served } from './running.ts'

/** Stops it with `undo`, by two signals: the second one ends the delay in its settings. */
export function stoppedAtOnce(undo: AsyncDisposableStack, served: Served): Served {
  undo.use(served)
  undo.defer(async () => {
    if (served.ended()) return
    process.kill(served.pid, 'SIGTERM')
    // Two signals that come at once are one.
    await served.untilSaid('"stopping"')
  })
  return served
}
