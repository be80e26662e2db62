import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface TestCertificates {
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
}

const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/**
 * A throwaway CA and one server certificate below it, in `directory`. `names` as openssl writes
 * them: `IP:127.0.0.1`, `DNS:dc1.corp.test`.
 */
export async function makeCertificates(
  directory: string,
  names: readonly string[],
): Promise<TestCertificates> {
  const file = (name: string) => join(directory, name)
  await openssl(
    ...['req', '-x509', ...ec, '-days', '2', '-subj', '/CN=Test CA'],
    ...['-keyout', file('ca.key'), '-out', file('ca.pem')],
    ...['-addext', 'basicConstraints=critical,CA:TRUE'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  )
  return issueCertificate(directory, { name: 'server', names })
}

interface Issued {
  /** Of its files; also its common name, where there is no other. */
  readonly name: string
  readonly commonName?: string
  readonly names: readonly string[]
  /** How long it is valid from now on; below zero: its time is over. */
  readonly days?: number
}

/** One more certificate by the CA that `makeCertificates` left in `directory`. */
export async function issueCertificate(
  directory: string,
  { name, commonName = name, names, days = 2 }: Issued,
): Promise<TestCertificates> {
  const file = (ending: string) => join(directory, ending)
  const [key, csr, ext, pem] = ['key', 'csr', 'ext', 'pem'].map((kind) => file(`${name}.${kind}`))
  await openssl('req', ...ec, '-subj', `/CN=${commonName}`, '-keyout', key!, '-out', csr!)
  await writeFile(ext!, `subjectAltName=${names.join(',')}\n`)
  await openssl(
    ...['x509', '-req', '-in', csr!, '-CA', file('ca.pem'), '-CAkey', file('ca.key')],
    ...['-CAcreateserial', '-days', String(days), '-out', pem!, '-extfile', ext!],
  )
  return { caFile: file('ca.pem'), certFile: pem!, keyFile: key! }
}

async function openssl(...args: readonly string[]): Promise<void> {
  await run('openssl', args)
}
