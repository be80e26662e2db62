import type { Keys } from '../aws-cli.ts'
import type { Answered, Client, Refused } from './play.ts'
import { startPython } from './python-host.ts'

export interface Boto3Client extends Client {
  /** A URL of the operation with `method`'s name, signed for a minute. */
  presigned(method: string, keys: Keys): Promise<string>
}

/** Debian's boto3, in one process. */
export function openBoto3(origin: string, region: string): Boto3Client {
  const host = startPython('boto3-host.py', origin, region)
  return {
    knows: async (service) => new Set((await host.ask({ knows: service })) as readonly string[]),
    call: (ask) => host.ask(ask) as Promise<Answered | Refused>,
    presigned: (method, keys) => host.ask({ presigned: method, keys }) as Promise<string>,
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  }
}
