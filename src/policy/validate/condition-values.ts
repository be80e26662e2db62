import { parseRange } from '../address.ts'
import { shown } from '../json.ts'
import type { RuleFinding } from './finding.ts'
import type { Looked } from './looked.ts'
import { finding, twins } from './rule.ts'

/** Findings about the values of a condition. */
export function* conditionValueRules(looked: Looked): Generator<RuleFinding> {
  yield* valueRules(looked)
  yield* addressRules(looked)
  yield* idRules(looked)
  yield* orderRules(looked)
  yield* nameRules(looked)
  yield* wildcardRules(looked)
}

/** Keys whose values are ids: those of a network and of an endpoint. */
const ids: Readonly<Record<string, RegExp>> = {
  'aws:sourcevpc': /^vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})$/,
  'aws:sourcevpce': /^vpce-(?:[0-9a-f]{8}|[0-9a-f]{17})$/,
}

function* idRules({
  condition: { key, values },
  base,
  at,
  placed: { statement },
}: Looked): Generator<RuleFinding> {
  const id = Object.hasOwn(ids, key) ? ids[key] : undefined
  if (id && base.startsWith('String')) {
    for (const [index, value] of values.entries())
      if (!/[*?$]/.test(value) && !id.test(value))
        yield finding('vpc-value', at(index), `\`${shown(value)}\` is no id of such a thing`)
  }
  const network = /^aws:sourcevpce?$/
  if (
    key === 'aws:vpcsourceip' &&
    base === 'IpAddress' &&
    statement.effect === 'Allow' &&
    !statement.conditions.some((other) => network.test(other.key))
  )
    yield finding(
      'address-of-any-network',
      at(),
      'private addresses are alike in every network, and the network is not compared',
    )
}

/** Of several numbers or dates under an order, only the mildest counts. */
function* orderRules({ condition: { values }, base, at }: Looked): Generator<RuleFinding> {
  for (const [index, value] of values.entries())
    if (base.startsWith('Date') && /^-?\d{5,}$/.test(value))
      yield finding('epoch-date', at(index), `\`${shown(value)}\` is seconds since 1970`)
  const truths = new Set(values.map((value) => value.toLowerCase()))
  if (/^(?:Bool|Null)$/.test(base) && truths.size > 1)
    yield finding('several-booleans', at(), 'it holds for true and for false')
  if (values.length > 1 && /^(?:Numeric|Date)(?:Less|Greater)Than/.test(base))
    yield finding('redundant-bound', at(), 'of several bounds only the mildest counts')
}

const accountKeys = /^aws:(?:source|principal|resource|vpce)account$/

function* valueRules({
  condition: { key, values, operator },
  base,
  at,
}: Looked): Generator<RuleFinding> {
  const wild = (value: string) => /[*?]/.test(value.replace(/\$\{[*?$]\}/g, ''))
  for (const [index, value] of values.entries()) {
    if (/^String(?:Not)?Equals/.test(base) && wild(value))
      yield finding(
        'literal-wildcard',
        at(index),
        `\`${shown(value)}\` has a wildcard, and ${operator} takes none`,
        { kind: 'operator', name: operator.replace('Equals', 'Like') },
      )
    if (
      accountKeys.test(key) &&
      /^String(?:Not)?Equals/.test(base) &&
      !/^\d{12}$/.test(value) &&
      !value.includes('$')
    ) {
      yield finding('account-value', at(index), `\`${shown(value)}\` is no account`)
    }
  }
  if (
    /^String(?:Not)?Like$/.test(base) &&
    values.every((value) => !wild(value) && !value.includes('${'))
  )
    yield finding('like-without-wildcard', at(), `${operator} stands without a wildcard`, {
      kind: 'operator',
      name: operator.replace('Like', 'Equals'),
    })
  if (/^String(?:Like)$/.test(base) && values.some((value) => /^\*+$/.test(value)))
    yield finding('always-holds', at(), 'every value fits `*`')
  for (const index of twins(values, (value) => value))
    yield finding('duplicate-value', at(index), `\`${shown(values[index]!)}\` stands twice`)
}

const privateRanges = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
].map((range) => parseRange(range)!)

function* addressRules({
  condition: { key, values },
  base,
  at,
  placed: { statement },
}: Looked): Generator<RuleFinding> {
  if (!/IpAddress$/.test(base)) return
  for (const [index, value] of values.entries()) {
    const range = parseRange(value)
    if (!range) continue
    const inside = privateRanges.some(
      (one) =>
        one.words.length === range.words.length &&
        range.bits >= one.bits &&
        masked(range.words, one.bits) === masked(one.words, one.bits),
    )
    if (key === 'aws:sourceip' && inside)
      yield finding('private-source-ip', at(index), `\`${shown(value)}\` is private`)
    if (range.bits === 0 && statement.effect === 'Allow')
      yield finding('every-address', at(index), `\`${shown(value)}\` holds every address`)
    if (range.bits > 0 && masked(range.words, range.bits) !== masked(range.words, 128))
      yield finding(
        'address-with-host-bits',
        at(index),
        `\`${shown(value)}\` has bits behind its prefix`,
      )
  }
}

/** The words of an address with all but the first bits cleared. */
function masked(words: readonly number[], bits: number): string {
  return words
    .map((word, i) => {
      const left = Math.min(32, Math.max(0, bits - i * 32))
      return left === 0 ? 0 : (word & (left === 32 ? 0xffffffff : ~(0xffffffff >>> left))) >>> 0
    })
    .join(':')
}

const regionKey = /^aws:requestedregion$|^(?:account|cloudformation):targetregion$|^ec2:region$/
const serviceKey =
  /^aws:(?:calledvia(?:first|last)?|principalservicename)$|:(?:passedtoservice|awsservicename)$/
const serviceName = /^(?:[a-z0-9-]+\.)+(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal)$/
const viaService = /^[a-z0-9-]+\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/
const kmsKeyArn = /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/.+$/

/** Names that a key compares: of regions, of services, of KMS keys. Wildcards are not judged. */
function* nameRules({
  condition: { key, values },
  base,
  at,
  key: known,
}: Looked): Generator<RuleFinding> {
  if (!/^(?:String|Arn)/.test(base)) return
  const ofKmsKey = known?.type === 'ARN' && /kms-?key/.test(key)
  for (const [index, value] of values.entries()) {
    if (/[*?]|\$\{/.test(value)) continue
    const text = shown(value)
    // The letter of an availability zone, or capitals: no region is written so.
    if (regionKey.test(key) && (/-\d[a-z]$/.test(value) || !/^[a-z][a-z0-9-]*$/.test(value)))
      yield finding('region-value', at(index), `\`${text}\` is no region`)
    if (key === 'kms:viaservice' ? !viaService.test(value) : isNoService(key, value))
      yield finding('service-value', at(index), `\`${text}\` is no name of a service`)
    if (ofKmsKey && !kmsKeyArn.test(value))
      yield finding('kms-key-value', at(index), `\`${text}\` is not the ARN of a key`)
  }
}

function isNoService(key: string, value: string): boolean {
  return serviceKey.test(key) && !serviceName.test(value)
}

/** Keys of which a part of a value says nothing (IAM user guide, "Sensitive condition keys"). */
const wholeKey =
  /^aws:(?:(?:principal|resource|source|vpce)(?:account|orgid)|sourcevpce?|ec2instancesourcevpc)$/

function* wildcardRules({ condition: { key, values }, base, at }: Looked): Generator<RuleFinding> {
  if (!/^String(?:Not)?Like$/.test(base)) return
  for (const [index, value] of values.entries()) {
    const idPart = key === 'aws:userid' ? value.split(':')[0]! : ''
    const wild = wholeKey.test(key) ? /[*?]/.test(value) : /^.+[*?]|[*?].+$/.test(idPart)
    if (wild)
      yield finding('wildcard-in-id', at(index), `\`${shown(value)}\` fits the ids of strangers`)
  }
  if (base === 'StringNotLike' && values.some((value) => /^\*+$/.test(value)))
    yield finding('only-if-absent', at(), 'no value fits: it holds only where the key is absent')
}
