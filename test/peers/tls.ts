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

/**
 * A throwaway CA and one server certificate below it, in `directory`. `names` as openssl writes
 * them: `IP:127.0.0.1`, `DNS:dc1.corp.test`.
 */
export async function makeCertificates(
  directory: string,
  names: readonly string[],
): Promise<TestCertificates> {
  const file = (name: string) => join(directory, name)
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  await openssl(
    'req',
    '-x509',
    ...ec,
    '-days',
    '2',
    '-subj',
    '/CN=Test CA',
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  )
  await openssl(
    'req',
    ...ec,
    '-subj',
    '/CN=server',
    '-keyout',
    file('server.key'),
    '-out',
    file('server.csr'),
  )
  await writeFile(file('server.ext'), `subjectAltName=${names.join(',')}\n`)
  await openssl(
    'x509',
    '-req',
    '-in',
    file('server.csr'),
    '-CA',
    file('ca.pem'),
    '-CAkey',
    file('ca.key'),
    '-CAcreateserial',
    '-days',
    '2',
    '-out',
    file('server.pem'),
    '-extfile',
    file('server.ext'),
  )
  return { caFile: file('ca.pem'), certFile: file('server.pem'), keyFile: file('server.key') }
}

async function openssl(...args: readonly string[]): Promise<void> {
  await run('openssl', args)
}
