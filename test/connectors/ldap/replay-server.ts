import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageEnd } from '../../../src/connectors/ldap/wire.ts'
import { type HostileServer, hostileServer } from './hostile-server.ts'

/** One request of a sign-in and all that the directory answered to it, recorded from real ones. */
export interface Exchange {
  readonly request: 'bind' | 'search'
  readonly answers: readonly Buffer[]
}

interface Recorded {
  readonly request: Exchange['request']
  readonly answers: readonly string[]
}

const file = join(import.meta.dirname, 'fixtures/answers.json')
const recorded: Record<'slapd' | 'samba', readonly Recorded[]> = JSON.parse(
  readFileSync(file, 'utf8'),
)

/** OpenLDAP: a walk up nested groups. Samba: tokenGroups, with references to other partitions. */
export function recordedAnswers(peer: keyof typeof recorded): readonly Exchange[] {
  return recorded[peer].map(({ request, answers }) => ({
    request,
    answers: answers.map((hex) => Buffer.from(hex, 'hex')),
  }))
}

/** Answers each request by the next exchange of its kind, over all connections. */
export async function replayServer(exchanges: readonly Exchange[]): Promise<HostileServer> {
  const left = [...exchanges]
  return await hostileServer((socket) => {
    let rest: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      for (;;) {
        const end = messageEnd(rest)
        if (end === undefined || rest.length < end) return
        const request = requestOf(rest.subarray(0, end))
        rest = rest.subarray(end)
        const next = left.findIndex((exchange) => exchange.request === request)
        if (next >= 0) socket.write(Buffer.concat(left.splice(next, 1)[0]!.answers))
      }
    })
  })
}

/** A request's message id has one byte in these tests, as its own length may have several. */
function requestOf(message: Buffer): Exchange['request'] | undefined {
  const operation = message[message.indexOf(0x02) + 3]
  if (operation === 0x60) return 'bind'
  return operation === 0x63 ? 'search' : undefined
}
