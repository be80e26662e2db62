import { createAsk } from '../../src/client/ask.ts'
import { followChanges } from '../../src/client/follow-changes.ts'
import { keys } from '../authorization/scene.ts'
import { bodyOf } from './load.ts'
import { signedRequest } from './signed-requests.ts'

const times = 30
const mostMs = 30_000

/**
 * How long a kept answer lives on after a revocation was answered, in milliseconds: from the answer
 * of RevokeSessions to the moment at which a service that follows changes has dropped what it kept.
 */
export async function revokedToDropped(port: number): Promise<readonly number[]> {
  let dropped: (() => void) | undefined
  const ask = createAsk({ url: `http://localhost:${port}`, credentials: () => keys.orders })
  const first = Promise.withResolvers<void>()
  dropped = first.resolve
  using _followed = followChanges(ask, { Version: '2026-11-29', Service: 'orders' }, () =>
    dropped?.(),
  )
  await within(first.promise)
  const took: number[] = []
  for (let time = 0; time < times; time++) {
    const heard = Promise.withResolvers<number>()
    dropped = () => heard.resolve(performance.now())
    const revocation = { Action: 'RevokeSessions', Scope: 'role', Target: 'Clerk' }
    const answer = await bodyOf(port, await signedRequest(port, keys.ann, revocation))
    const answeredAt = performance.now()
    if (!answer.includes('<RevokedBy>')) throw new Error(answer)
    took.push(Math.max(0, (await within(heard.promise)) - answeredAt))
  }
  return took.sort((a, b) => a - b)
}

async function within<T>(what: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`nothing in ${mostMs} ms`)), mostMs)
  try {
    return await Promise.race([what, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
