import { createClient } from 'redis'
import type { Node, Sentinels } from './access.ts'
import { inTime } from './in-time.ts'
import { credentialsOf, socketOf } from './socket-options.ts'

interface Named extends Node {
  /** Grows with each failover. */
  readonly epoch: number
}

/**
 * The primary, as the majority of the sentinels know it; of several answers, that of the latest
 * failover. The package's own client for sentinels sends a command again for up to 16 s, long after
 * it was given up: a token would be spent that nobody asks for any more.
 */
export async function namedPrimary(
  { name, sentinels }: { readonly name: string; readonly sentinels: Sentinels },
  limitMs: number,
): Promise<Named> {
  const answers: Named[] = []
  const errors: string[] = []
  const needed = Math.floor(sentinels.nodes.length / 2) + 1
  const enough = Promise.withResolvers<void>()
  const asked = sentinels.nodes.map(async (node) => {
    try {
      answers.push(await inTime(ask(node, { name, sentinels, limitMs }), limitMs))
      if (answers.length >= needed) enough.resolve()
    } catch (error) {
      errors.push(`${node.host}:${node.port}: ${(error as Error).message}`)
    }
  })
  await Promise.race([Promise.all(asked), enough.promise])
  const latest = answers.toSorted((a, b) => b.epoch - a.epoch)[0]
  if (!latest) throw new Error(`no sentinel names a primary (${errors.join('; ')})`)
  return latest
}

interface AskOptions {
  readonly name: string
  readonly sentinels: Sentinels
  readonly limitMs: number
}

async function ask(node: Node, { name, sentinels, limitMs }: AskOptions): Promise<Named> {
  const { login, tls } = sentinels
  const client = createClient({
    ...credentialsOf(login),
    disableClientInfo: true,
    socket: { ...socketOf(node, tls, limitMs), reconnectStrategy: false },
  })
  client.on('error', () => undefined)
  try {
    await inTime(client.connect(), limitMs)
    const told = await client.sendCommand(['SENTINEL', 'MASTER', name])
    const fields = new Map(fieldsOf(told))
    const [host, port] = [fields.get('ip'), Number(fields.get('port'))]
    if (!host || !port) throw new Error('it names no primary')
    return { host, port, epoch: Number(fields.get('config-epoch') ?? 0) }
  } finally {
    client.destroy()
  }
}

/** A map in RESP3, a list of names and values in RESP2. */
function fieldsOf(told: unknown): (readonly [string, string])[] {
  if (Array.isArray(told))
    return Array.from(
      { length: told.length / 2 },
      (_, at) => [String(told[2 * at]), String(told[2 * at + 1])] as const,
    )
  return Object.entries(told as object).map(([key, value]) => [key, String(value)] as const)
}
