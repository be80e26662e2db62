import { readFile, stat } from 'node:fs/promises'
import { notAFile } from '../../config/file-problems.ts'
import type { Environment } from '../../config/references.ts'
import type { Settings } from '../../config/settings.ts'
import { protocolOf } from '../../connectors/protocol-of.ts'
import { findPartition, type PartitionName } from '../../kernel/partitions.ts'
import { visibleText } from '../../kernel/visible-text.ts'
import { UpstreamFault } from '../../upstream/upstream-fault.ts'
import type { Output } from '../check.ts'
import { fitSettings } from '../fit-settings.ts'
import { fetchRoles } from './fetch-roles.ts'
import { type ProposedConnector, proposedSettings } from './proposed-settings.ts'
import { type Answers, type AwsRole, answersIn, type LeftOut, readRoles } from './read-roles.ts'

export interface AwsImportAsked {
  /** Path of the settings file. */
  readonly config: string
  readonly account: string
  /** Saved answers of the AWS CLI; absent: the account is asked. */
  readonly from?: readonly string[] | undefined
  /** ARN of the role to read with. */
  readonly role?: string | undefined
  readonly connector?: readonly string[] | undefined
  readonly group?: string | undefined
  readonly region?: string | undefined
  readonly all?: boolean | undefined
}

const mostFileBytes = 256 * 1024 * 1024
const defaultGroup = 'aws-{account}-{role}'

/**
 * `gatehouse aws import`: reads the roles of an AWS account, from saved answers of the AWS CLI or
 * from the account, and prints the sections of settings that take them over. Changes nothing. What
 * can't be taken over goes to standard error. Exit codes: 0 printed, 1 not.
 */
export async function awsImport(
  asked: AwsImportAsked,
  env: Environment,
  { out, err }: Output,
): Promise<number> {
  const loaded = await fitSettings(asked.config, env, { err })
  if (!loaded) return 1
  const { settings } = loaded
  const wrong = whatIsWrong(asked, settings)
  if (wrong !== undefined) {
    err(wrong)
    return 1
  }
  try {
    const answers = asked.from
      ? await answersOf(asked.from)
      : await fetchRoles(settings, asked, { env, err })
    if (answers === undefined) return 1
    const { text, leftOut, count } = proposed(asked, settings, answers)
    for (const { name, why } of leftOut) err(`left out: ${name}: ${why}`)
    for (const line of toDo(asked, settings)) err(line)
    if (count === 0) {
      err('no role is left to propose')
      return 1
    }
    out(text.trimEnd())
    return 0
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof UpstreamFault)) throw error
    err(error.message)
    return 1
  }
}

function whatIsWrong(
  { account, from, role, connector = [], group = defaultGroup, region }: AwsImportAsked,
  settings: Settings,
): string | undefined {
  if (!/^\d{12}$/.test(account)) return `\`${account}\` is not 12 digits`
  if (from?.length === 0) return 'name the files after `--from`'
  const unknown = connector.find((id) => !Object.hasOwn(settings.connectors, id))
  if (unknown !== undefined) return `the settings have no connector \`${unknown}\``
  if (!/^[\w+=,.@ {}/:-]{1,200}$/.test(group) || !group.includes('{role}'))
    return '`--group` has letters, digits and `_+=,.@/:-`, and `{role}` for the name of the role'
  if (region !== undefined && !/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(region))
    return `\`${region}\` is no region`
  const own = settings.accounts.find(({ id }) => id === account)
  if (own?.upstream?.type === 'sts') return `the upstream of account ${account} is not AWS`
  if (!from && own?.upstream === undefined)
    return `account ${account} has no \`upstream\` to ask: give saved answers with \`--from\``
  if (
    role !== undefined &&
    !new RegExp(`^arn:aws[\\w-]*:iam::${account}:role/[!-~]{1,600}$`).test(role)
  )
    return `\`--role\` is the ARN of a role of account ${account}`
  if (!from && role === undefined && own?.upstream?.credentials.from === 'signed-token')
    return 'a signed token is for a role: name one that may read with `--role`, or give `--from`'
  if (connectorsFor(settings, account, connector).length === 0)
    return 'the settings have no connector of type `ldap`, `file` or `saml` for roles to trust'
  return undefined
}

/** The connectors that were named; else those that serve the account; else all. */
function connectorsFor(
  { connectors }: Settings,
  account: string,
  wanted: readonly string[] = [],
): readonly ProposedConnector[] {
  const able = Object.entries(connectors).flatMap(([id, { type, accounts }]) => {
    const protocol = protocolOf(type)
    return protocol === 'oidc' ? [] : [{ id, protocol, serves: accounts.includes(account) }]
  })
  if (wanted.length > 0) return able.filter(({ id }) => wanted.includes(id))
  const serving = able.filter(({ serves }) => serves)
  return serving.length > 0 ? serving : able
}

async function answersOf(files: readonly string[]): Promise<Answers> {
  const all: Answers[] = []
  for (const file of files) {
    const answers = answersIn(await textOf(file))
    if (typeof answers === 'string') throw new RangeError(`${file}: ${answers}`)
    all.push(answers)
  }
  return {
    details: all.flatMap(({ details }) => details),
    listed: all.flatMap(({ listed }) => listed),
  }
}

async function textOf(file: string): Promise<string> {
  try {
    const other = notAFile(file)
    if (other !== undefined) throw new RangeError(`${file}: ${other}`)
    const { size } = await stat(file)
    if (size > mostFileBytes)
      throw new RangeError(`${file}: it has ${size} bytes: at most ${mostFileBytes}`)
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file))
  } catch (error) {
    if (error instanceof RangeError) throw error
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8 text' : code
    throw new RangeError(`${file}: it can not be read: ${why ?? 'unknown reason'}`)
  }
}

function proposed(asked: AwsImportAsked, settings: Settings, answers: Answers) {
  const { account, region, all, group = defaultGroup } = asked
  const own = settings.accounts.find(({ id }) => id === account)
  const partition = (own?.partition ?? partitionIn(answers)) as PartitionName
  const { roles, leftOut } = readRoles(answers, { account, partition, all })
  const there = new Set((own?.roles ?? []).map(({ name }) => name.toLowerCase()))
  const [fresh, known] = split(roles, ({ name }) => !there.has(name.toLowerCase()))
  const { host } = new URL(settings.publicUrl)
  const byToken = (own?.upstream?.credentials.from ?? 'signed-token') === 'signed-token'
  const written = proposedSettings(
    {
      ...{ account, partition, region, group, hasUpstream: own?.upstream !== undefined },
      connectors: connectorsFor(settings, account, asked.connector),
      ...(byToken && { issuer: `${host}/upstream/${account}` }),
    },
    fresh,
  )
  const inSettings = known.map(({ name }): LeftOut => ({ name, why: 'the settings have it' }))
  return {
    text: written.text,
    count: fresh.length,
    leftOut: [...leftOut, ...inSettings, ...written.leftOut],
  }
}

function split(roles: readonly AwsRole[], is: (role: AwsRole) => boolean) {
  return [roles.filter(is), roles.filter((role) => !is(role))] as const
}

/** The partition that the first role's ARN names. */
function partitionIn({ details, listed }: Answers): string {
  const [first] = [...details, ...listed] as readonly ({ readonly Arn?: unknown } | null)[]
  const name = typeof first?.Arn === 'string' ? (first.Arn.split(':')[1] ?? '') : 'aws'
  if (!findPartition(name))
    throw new RangeError(`\`${visibleText(name).slice(0, 64)}\` is no partition`)
  return name
}

function* toDo(
  { account, connector }: AwsImportAsked,
  settings: Settings,
): Generator<string, void> {
  for (const { id } of connectorsFor(settings, account, connector))
    if (!settings.connectors[id]?.accounts.includes(account))
      yield `to do: add "${account}" to \`connectors.${id}.accounts\``
}
