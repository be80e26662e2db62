import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import * as sts from '@aws-sdk/client-sts'
import type { Keys } from '../aws-cli.ts'
import type { Answered, Client, Refused } from './play.ts'
import type { Service } from './step.ts'

interface Sending {
  send(command: object): Promise<{ readonly $metadata: { readonly requestId?: string } }>
  destroy(): void
}
type CommandClass = new (input: object) => object
type Paginate = (
  settings: { readonly client: Sending; readonly pageSize: number },
  input: object,
) => AsyncIterable<Readonly<Record<string, unknown>>>

/** A generated module, whose commands and paginators are found by their names. */
const modules: Readonly<Record<Service, Readonly<Record<string, unknown>>>> = {
  iam: { ...iam },
  sts: { ...sts },
}

/** The JavaScript SDK v3: a client for each service and key, each call a command by its name. */
export function openSdk(endpoint: string, region: string): Client {
  const clients = new Map<string, Sending>()
  const clientOf = (service: Service, keys: Keys | undefined): Sending => {
    const name = `${service} ${keys?.AccessKeyId}`
    const credentials = keys && {
      accessKeyId: keys.AccessKeyId,
      secretAccessKey: keys.SecretAccessKey,
      ...(keys.SessionToken && { sessionToken: keys.SessionToken }),
    }
    const Client = service === 'iam' ? iam.IAMClient : sts.STSClient
    const client =
      clients.get(name) ??
      (new Client({
        endpoint,
        region,
        maxAttempts: 1,
        ...(credentials && { credentials }),
      }) as unknown as Sending)
    clients.set(name, client)
    return client
  }
  return {
    knows: async (service) =>
      new Set(
        Object.keys(modules[service]).flatMap(
          (name) => /^([A-Z]\w*)Command$/.exec(name)?.[1] ?? [],
        ),
      ),
    async call({ service, operation, input, keys, pageSize }): Promise<Answered | Refused> {
      const client = clientOf(service, keys)
      try {
        if (pageSize !== undefined)
          return {
            json: plain(
              await everyPage(
                modules[service][`paginate${operation}`] as Paginate,
                client,
                pageSize,
                input,
              ),
            ),
          }
        const Command = modules[service][`${operation}Command`] as CommandClass
        const { $metadata, ...answer } = await client.send(new Command(input))
        assert.ok($metadata.requestId, 'the SDK finds the request id')
        return { json: plain(answer), requestId: $metadata.requestId }
      } catch (error) {
        if (!(error instanceof iam.IAMServiceException || error instanceof sts.STSServiceException))
          throw error
        // The class is what programs catch; it is found by the code on the wire, which stands
        // beside its name.
        const { Code: code = error.name } = error as { Code?: string }
        const own = [code, `${code}Exception`]
          .map((name) => modules[service][name])
          .find((one) => one !== undefined) as (new () => Error) | undefined
        assert.ok(
          own === undefined || error instanceof own,
          `${operation}: ${code} is a ${error.constructor.name}`,
        )
        return {
          code,
          message: error.message,
          status: error.$metadata.httpStatusCode,
          requestId: error.$metadata.requestId,
        }
      }
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients.values()) client.destroy()
    },
  }
}

/** The pages as one: their lists end to end. */
async function everyPage(
  paginate: Paginate,
  client: Sending,
  pageSize: number,
  input: object,
): Promise<object> {
  let whole: Readonly<Record<string, unknown>> = {}
  for await (const { $metadata, ...page } of paginate({ client, pageSize }, input)) {
    const lists = Object.entries(page)
      .filter(([, list]) => Array.isArray(list))
      .map(([name, list]) => [
        name,
        [...((whole[name] as unknown[] | undefined) ?? []), ...(list as unknown[])],
      ])
    whole = { ...page, ...Object.fromEntries(lists) }
  }
  return whole
}

/** The SDK hands policy documents over as they travel. */
const documents = new Set(['PolicyDocument', 'AssumeRolePolicyDocument', 'Document'])

function plain(answer: object): unknown {
  return JSON.parse(
    JSON.stringify(answer, function (this: Readonly<Record<string, unknown>>, name, value) {
      const own = this[name]
      if (own instanceof Uint8Array) return Buffer.from(own).toString('base64')
      if (!documents.has(name) || typeof value !== 'string') return value
      assert.match(value, /^%7B/, 'policy documents travel URL-encoded (IAM API reference)')
      return JSON.parse(decodeURIComponent(value))
    }),
  )
}
