/**
 * `npm run bench feed`: a federation's signed feed of 50 MB, fetched by HTTPS and verified, as a
 * connector does every hour. The server is in the same process, and its work counts too.
 * `-- MEGABYTES` for another size; `--json` prints a line a figure.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { signedText } from '../../src/connectors/saml/algorithms.ts'
import { canonical } from '../../src/connectors/saml/canonical.ts'
import { ns } from '../../src/connectors/saml/elements.ts'
import { metadataLimits } from '../../src/connectors/saml/metadata.ts'
import { parseXml } from '../../src/connectors/saml/parse-xml.ts'
import { samlSettings } from '../../src/connectors/saml/settings.ts'
import { signedXml } from '../../src/connectors/saml/sign.ts'
import { openIdpSource } from '../../src/connectors/saml/transport.ts'
import { makeKey } from '../connectors/saml/identity-provider.ts'
import { idpMetadata } from '../connectors/saml/idp-metadata.ts'
import { outboundTo, startHttps } from '../outbound/https-server.ts'
import { type Figure, printFigures, rounded, tableText } from './figures.ts'

const megabytes = Number(process.argv.find((one) => /^\d+$/.test(one)) ?? 50)
const key = makeKey(new Date())
const start = `<md:EntitiesDescriptor xmlns:md="${ns.md}" ID="_feed">`
const end = '</md:EntitiesDescriptor>'

/** An entity in its canonical form within the feed, with about 3,000 bytes. */
const names = Array.from({ length: 14 }, (_, at) => `<n:Name n="${at}">Universität ${at}</n:Name>`)
const extensions = `<md:Extensions xmlns:n="urn:n">${names.join('\n')}</md:Extensions>`
const entity = canonical(
  parseXml(
    start +
      idpMetadata(key)
        .replace(/<\?xml.*?-->\n/s, '')
        .replace('<md:IDPSSODescriptor', `${extensions}$&`)
        .replace(/ID="_m1" entityID="[^"]*"/, 'entityID="https://idp.example.com/at"') +
      end,
    metadataLimits,
  ),
  undefined,
).slice(start.length, -end.length)

/** Writes the feed piece by piece: a signed one of this size has no other way into memory. */
async function writeFeed(file: string): Promise<number> {
  const count = Math.floor((megabytes * 1_000_000 - 5000) / Buffer.byteLength(entity))
  const entityOf = (at: number) => entity.replace('example.com/at', `example.com/${at}`)
  const hashed = createHash('sha256').update(start)
  for (let at = 0; at < count; at++) hashed.update(entityOf(at))
  const digest = hashed.update(end).digest('base64')
  const [, signature] = /(<ds:Signature .*)<\/md:E/s.exec(signedXml(start + end, key))!
  const [info] = /<ds:SignedInfo.*<\/ds:SignedInfo>/s.exec(signature!)!
  const own = info.replace(/<ds:DigestValue>[^<]+/, `<ds:DigestValue>${digest}`)
  const value = `<ds:SignatureValue>${signedText(own, key.key)}`
  await using out = await open(file, 'w')
  await pipeline(function* () {
    yield start + signature!.replace(info, own).replace(/<ds:SignatureValue>[^<]+/, value)
    for (let at = 0; at < count; at++) yield entityOf(at)
    yield end
  }, out.createWriteStream())
  return count
}

/** CPU of this thread alone, so that a busy machine changes little. */
const threadMs = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-feed-'))
try {
  const file = join(folder, 'feed.xml')
  const signedByFile = join(folder, 'federation.pem')
  await writeFile(signedByFile, key.x509.toString())
  const entities = await writeFeed(file)
  const { idp } = samlSettings.parse({
    label: 'feed',
    accounts: ['111122223333'],
    idp: {
      metadataUrl: 'https://federation.example.com/feed.xml',
      entityId: 'https://idp.example.com/7',
      maxMegabytes: megabytes + 1,
      signedByFile,
    },
  })
  const host = 'federation.example.com'
  await using server = await startHttps([host], (_req, res) => createReadStream(file).pipe(res))
  await using outbound = await outboundTo(server, [host])
  const before = process.memoryUsage.rss()
  let [last, longestMs, peak] = [threadMs(), 0, 0]
  const ticks = setInterval(() => {
    const now = threadMs()
    longestMs = Math.max(longestMs, now - last)
    last = now
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 1)
  const began = performance.now()
  const cpu = process.cpuUsage()
  await using source = await openIdpSource(idp, {
    clock: { now: () => new Date() },
    outbound,
    log: (event, detail) => console.error(event, detail),
  })
  clearInterval(ticks)
  source.current()
  const { user, system } = process.cpuUsage(cpu)
  const figure = (name: string, value: number, unit: string): Figure => ({
    bench: 'feed',
    figure: name,
    value,
    unit,
  })
  const figures = [
    figure('entities', entities, ''),
    figure('time', (performance.now() - began) / 1000, 's'),
    figure('CPU', (user + system) / 1e6, 's'),
    figure('longest turn of the main thread, its CPU', longestMs, 'ms'),
    figure('resident memory on top', (peak - before) / 1e6, 'MB'),
  ]
  printFigures(
    figures,
    tableText(
      [`${megabytes} MB, signed`, 'value', 'unit'],
      figures.map((one) => [one.figure, String(rounded(one.value)), one.unit]),
    ),
  )
} finally {
  await rm(folder, { recursive: true })
}
