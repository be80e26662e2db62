import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { freePort, runProgram, startPeer, untilReady } from '../peers/child.ts'
import { findProgram, requirePeer } from '../peers/require.ts'
import { makeCertificates, type TestCertificates } from '../peers/tls.ts'
import { awsCli } from './aws-cli.ts'
import { demoSettings, openSite, startServed } from './running.ts'

const examples = resolve(import.meta.dirname, '../../docs/examples/deployment')

interface Behind {
  readonly folder: string
  readonly port: number
  readonly upstream: number
  readonly tls: TestCertificates
}

/** How each proxy is started with its example, of which addresses and files alone are replaced. */
const proxies: Readonly<Record<string, (behind: Behind) => Promise<readonly string[]>>> = {
  async nginx({ folder, port, upstream, tls }) {
    const server = (await readFile(join(examples, 'nginx.conf'), 'utf8'))
      .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
      .replace('/etc/nginx/tls/sso.example.com.pem', tls.certFile)
      .replace('/etc/nginx/tls/sso.example.com.key', tls.keyFile)
      .replace('127.0.0.1:8080', `127.0.0.1:${upstream}`)
    const config = join(folder, 'nginx.conf')
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/nginx-${name};`)
      .join(' ')
    await writeFile(
      config,
      `daemon off; pid ${folder}/nginx.pid; error_log stderr; user root;\n` +
        `events {} http { access_log off; ${paths}\n${server}\n}`,
    )
    return ['-p', folder, '-c', config]
  },
  async caddy({ folder, port, upstream, tls }) {
    const site = (await readFile(join(examples, 'Caddyfile'), 'utf8'))
      .replace(
        'sso.example.com {',
        `https://localhost:${port} {\n  tls ${tls.certFile} ${tls.keyFile}`,
      )
      .replace('127.0.0.1:8080', `127.0.0.1:${upstream}`)
    const config = join(folder, 'Caddyfile')
    await writeFile(config, `{\n  admin off\n  auto_https disable_redirects\n}\n${site}`)
    return ['run', '--config', config, '--adapter', 'caddyfile']
  },
  async haproxy({ folder, port, upstream, tls }) {
    const pem = join(folder, 'both.pem')
    const both = [tls.certFile, tls.keyFile].map((file) => readFile(file, 'utf8'))
    await writeFile(pem, (await Promise.all(both)).join(''))
    const config = join(folder, 'haproxy.cfg')
    const text = (await readFile(join(examples, 'haproxy.cfg'), 'utf8'))
      .replace('bind :443', `bind 127.0.0.1:${port}`)
      .replace('/etc/haproxy/sso.example.com.pem', pem)
      .replace('127.0.0.1:8080', `127.0.0.1:${upstream}`)
    await writeFile(config, text)
    return ['-db', '-f', config]
  },
}

const broker = {
  AccessKeyId: 'AKIADEMOBROKER222222',
  SecretAccessKey: 'demoOnlyBrokerSecretDoNotUseElsewhere000',
}

for (const [name, prepare] of Object.entries(proxies))
  test(`behind ${name}, as in its example, signatures hold and the client is known`, async (t) => {
    if (!requirePeer(t, 'proxies') || !requirePeer(t, 'awscli')) return
    await using site = await openSite()
    const port = await freePort()
    const folder = join(site.folder, 'proxy')
    await mkdir(folder)
    const tls = await makeCertificates(folder, ['DNS:localhost', 'IP:127.0.0.1'])
    const origin = `https://localhost:${port}`
    const rest = await demoSettings()
    await using at = await startServed(site, rest, { proxiedAt: origin })
    const upstream = Number(new URL(at.origin).port)
    const args = await prepare({ folder, port, upstream, tls })
    await using proxy = startPeer(findProgram(name)!, args, 'SIGTERM')
    await untilReady(proxy, () =>
      runProgram('curl', ['-sf', '--cacert', tls.caFile, `${origin}/signin`]).then(
        () => true,
        () => false,
      ),
    )
    const who = await awsCli(
      origin,
      broker,
      '--ca-bundle',
      tls.caFile,
      'sts',
      'get-caller-identity',
    )
    assert.match(who.json.Arn ?? '', /:user\/broker$/, who.refused)
    // What the client claims of itself must not count, and a path must arrive as it was sent.
    const forged = ['-H', 'X-Forwarded-For: 203.0.113.9', '-H', 'Forwarded: for=203.0.113.9']
    await runProgram('curl', [
      '-s',
      '--cacert',
      tls.caFile,
      '--path-as-is',
      ...forged,
      '-d',
      'Action=GetCallerIdentity&Version=2011-06-15',
      `${origin}//`,
    ])
    const isCall = ({ eventName }: { readonly eventName: string }) =>
      eventName === 'GetCallerIdentity'
    const calls = (await at.events((all) => all.filter(isCall).length > 1)).filter(isCall)
    assert.deepEqual(
      calls.map((call) => (call as { readonly sourceIPAddress?: string }).sourceIPAddress),
      ['127.0.0.1', '127.0.0.1'],
    )
  })

test('systemd finds no fault with the unit of the example', async (t) => {
  if (!requirePeer(t, 'systemd')) return
  await using site = await openSite()
  const unit = (await readFile(join(examples, 'gatehouse.service'), 'utf8')).replaceAll(
    '/usr/local/bin/gatehouse',
    '/bin/true',
  )
  const file = join(site.folder, 'gatehouse.service')
  await writeFile(file, unit)
  assert.equal(await runProgram(findProgram('systemd-analyze')!, ['verify', '--man=no', file]), '')
})
