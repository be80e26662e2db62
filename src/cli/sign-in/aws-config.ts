import { roleName } from './find-role.ts'
import type { OpenRole } from './terminal-calls.ts'

export interface ProfilesAsked {
  readonly endpoint: string
  readonly region: string
  /** Stands before the name of each profile. */
  readonly prefix: string
  readonly roles: readonly OpenRole[]
}

export interface Profiles {
  /** The whole file as it should be. */
  readonly text: string
  /** The names of the profiles in our part. */
  readonly names: readonly string[]
  /** What has no profile, and why: a line each. */
  readonly leftOut: readonly string[]
}

const told = '# `gatehouse configure` writes what is between these lines anew'

/**
 * Returns `~/.aws/config` with one profile for each role, in a part of its own between two marks
 * that name the endpoint. Everything else stays byte for byte, and the same roles give the same
 * file. Throws an Error for a file whose part of ours has only one of its marks.
 */
export function withProfiles(before: string, asked: ProfilesAsked): Profiles {
  const { endpoint, roles } = asked
  const marks = [`# >>> gatehouse ${endpoint}`, `# <<< gatehouse ${endpoint}`] as const
  const eol = /\r\n/.test(before) ? '\r\n' : '\n'
  const around = withoutPart(before, marks)
  const taken = new Set(sectionNames(around.head + around.tail))
  const leftOut: string[] = []
  const written = new Map<string, string>()
  for (const role of roles) {
    const name = profileName(asked.prefix, role)
    const command = commandFor(endpoint, role)
    if (taken.has(name))
      leftOut.push(`${roleName(role)}: profile \`${name}\` is there and not ours; see --prefix`)
    else if (written.has(name))
      leftOut.push(`${roleName(role)}: another role has the profile \`${name}\``)
    else if (command === undefined)
      leftOut.push(`${roleName(role)}: its ARN has characters that a profile can’t quote`)
    else
      written.set(
        name,
        [
          `[profile ${name}]`,
          `region = ${role.upstream?.region ?? asked.region}`,
          ...endpointLine(endpoint, role),
          `credential_process = ${command}`,
          '',
        ].join(eol),
      )
  }
  const part = [marks[0], told, ...written.values(), marks[1], ''].join(eol)
  const gap = around.head === '' || /\n$/.test(around.head) ? '' : eol
  const text =
    written.size === 0
      ? around.head + around.tail
      : `${around.head}${around.found ? '' : gap}${part}${around.tail}`
  return { text, names: [...written.keys()], leftOut }
}

/** Credentials of AWS go to AWS, where tools look by themselves. */
function endpointLine(house: string, { upstream }: OpenRole): readonly string[] {
  const endpoint = upstream ? upstream.endpoint : house
  return endpoint === undefined ? [] : [`endpoint_url = ${endpoint}`]
}

interface Around {
  readonly head: string
  readonly tail: string
  readonly found: boolean
}

function withoutPart(text: string, [begin, end]: readonly [string, string]): Around {
  const [from, to] = [lineAt(text, begin), lineAt(text, end)]
  if (!from && !to) return { head: text, tail: '', found: false }
  if (!from || !to || to.start < from.start || lineAt(text.slice(from.end), begin))
    throw new Error(`the lines \`${begin}\` and \`${end}\` do not fit: remove them, then try again`)
  return { head: text.slice(0, from.start), tail: text.slice(to.end), found: true }
}

/** Where a line stands that says this and no more; its end is after the line break. */
function lineAt(text: string, line: string): { start: number; end: number } | undefined {
  const literal = line.replace(/[^\w ]/g, '\\$&')
  const found = new RegExp(`^${literal}(?:\\r?\\n|(?![^]))`, 'm').exec(text)
  return found ? { start: found.index, end: found.index + found[0].length } : undefined
}

/** `[profile NAME]` and `[default]`, quoted as AWS's own tools take it. */
function sectionNames(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*\[[ \t]*(?:profile[ \t]+)?("?)([^\]\n]*?)\1[ \t]*\]/gm)].map(
    ([, , name = '']) => name,
  )
}

/**
 * Account and role, in the characters that every tool takes in the name of a section. A role named
 * by a stranger must not begin a section or a comment.
 */
function profileName(prefix: string, { account, accountName, name }: OpenRole): string {
  return `${prefix}${accountName ?? account}-${name}`.replace(/[^\w.@+-]/g, '_')
}

/** What shells, and the programs that split this line as they do, take as it stands. */
const plain = /^[\w+=,.@:/-]+$/

/** Some tools run the line in a shell. Undefined: there is no way to write it for all of them. */
function commandFor(endpoint: string, { arn }: OpenRole): string | undefined {
  const before = `gatehouse credentials --endpoint ${endpoint} --role`
  if (plain.test(arn)) return `${before} ${arn}`
  // Windows' shell knows no single quotes; `%` is replaced within every kind of them.
  return /^[\x21-\x7e]+$/.test(arn) && !/['%]/.test(arn) && process.platform !== 'win32'
    ? `${before} '${arn}'`
    : undefined
}
