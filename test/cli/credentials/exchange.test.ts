import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { credentials } from '../../../src/cli/credentials/credentials.ts'
import { element, exchangePassword } from '../../../src/cli/credentials/exchange.ts'

const ask = (endpoint: string, signal = AbortSignal.timeout(60_000)) =>
  exchangePassword({ endpoint, username: 'amina', password: 'secret' }, signal)

test('a call that fails is told with its endpoint and why', async () => {
  const server = createServer(
    (_, response) =>
      void response.writeHead(302, { location: 'https://elsewhere.example.com' }).end(),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await assert.rejects(ask(endpoint), {
    message: `the call to \`${endpoint}\` failed: unexpected redirect`,
  })
  await assert.rejects(ask(endpoint, AbortSignal.timeout(0)), {
    message: `the call to \`${endpoint}\` failed: The operation was aborted due to timeout`,
  })
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  await assert.rejects(ask(endpoint), {
    message: `the call to \`${endpoint}\` failed: connect ECONNREFUSED ${new URL(endpoint).host}`,
  })
})

test('an unusable endpoint is reported by its option, before the password is asked', async () => {
  const asked = (endpoint: string) => credentials({ endpoint }, {}, process.stdout)
  for (const endpoint of ['sso.example.com', 'localhost:8080', '', 'https://']) {
    await assert.rejects(asked(endpoint), {
      message: `--endpoint \`${endpoint}\` is not a URL: write it as \`https://sso.example.com\``,
    })
  }
  for (const endpoint of ['http://sso.example.com', 'ftp://localhost'])
    await assert.rejects(asked(endpoint), /is not https: a password is not sent there$/)
})

test('character and entity references in a message are read, each once', () => {
  const read = (text: string) => element(`<Message>${text}</Message>`, 'Message')
  assert.equal(read('it&#39;s &#x27;&amp;lt;&#x27; &lt;b&gt; &quot;&apos;'), `it's '&lt;' <b> "'`)
  assert.equal(read('a&#10;b &#x1F512;'), 'a\nb \u{1F512}')
  assert.equal(read('&#x110000; &nbsp; &#; &'), '&#x110000; &nbsp; &#; &')
})
