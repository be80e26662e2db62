import { z } from 'zod'
import { host, port } from './value-schemas.ts'

const defaultPort = 8080
interface Listener {
  readonly host: string
  readonly port: number
}
const headerName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'expected the name of a header')
export const listen = z.strictObject({
  host: host.default('127.0.0.1').describe('Address to listen on'),
  port: port.default(defaultPort).describe('Port; 0 takes a free one'),
  trustedProxies: z
    .array(
      z
        .string()
        .regex(
          /^[0-9a-fA-F.:]+(\/\d{1,3})?$|^loopback$/,
          'expected an IP address, a network (`10.0.0.0/8`) or `loopback`',
        ),
    )
    .default([])
    .describe(
      'Addresses or networks of proxies whose X-Forwarded-For and -Proto count; none by default',
    ),
  clientCertificate: z
    .strictObject({
      certificate: headerName.describe('The certificate: PEM in URL encoding, or DER in base64'),
      verified: headerName.describe('`SUCCESS`, where the proxy has verified it'),
    })
    .optional()
    .describe(
      'Headers in which a trusted proxy tells of the certificate of an app that it met in TLS. ' +
        'It has to set both for every request',
    ),
})

export const operations = z.strictObject({
  host: host.default('127.0.0.1').describe('Address to listen on; keep it from the outside'),
  port: port.default(9090).describe('Port; 0 takes a free one'),
})

const everyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/**
 * Refuses two listeners on one address. The problem is reported at the one whose port is not its
 * default, because that port is written in the file.
 */
export function apart(
  { listen, operations }: { listen?: Listener; operations?: Listener },
  context: z.RefinementCtx,
): void {
  // Absent after a problem inside one of them: there is nothing to compare.
  if (listen?.port === undefined || listen.port === 0 || listen.port !== operations?.port) return
  const hosts = [listen.host.toLowerCase(), operations.host.toLowerCase()]
  const wide = hosts.find((host) => everyAddress.has(host))
  if (hosts[0] !== hosts[1] && wide === undefined) return
  const path = [listen.port === defaultPort ? 'operations' : 'listen', 'port']
  const place =
    wide === undefined
      ? `\`${listen.host}\`, port ${listen.port}`
      : `port ${listen.port}, and \`${wide}\` is every address`
  context.addIssue({
    code: 'custom',
    path,
    message: `\`listen\` and \`operations\` are both on ${place}: give one of them another port`,
  })
}
