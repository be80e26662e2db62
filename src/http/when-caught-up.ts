import type { RequestListener } from 'node:http'
import type { Store } from '../store/store.ts'

/** So many requests wait; others are answered at once, as what is known allows. */
const mostWaiting = 1000

/**
 * Holds requests while the store asks what this node missed, as it has to after it stood still:
 * otherwise the first of them would be refused although an answer is some milliseconds away.
 */
export function whenCaughtUp(
  { caughtUp }: Pick<Store, 'caughtUp'>,
  listener: RequestListener,
): RequestListener {
  if (!caughtUp) return listener
  let waiting = 0
  return (req, res) => {
    const known = waiting < mostWaiting ? caughtUp() : undefined
    if (!known) return listener(req, res)
    waiting++
    void known.then(() => {
      waiting--
      if (!req.socket.destroyed) listener(req, res)
    })
  }
}
