import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { problemLine, readSettings } from '../../config/load.ts'
import type { Output } from '../check.ts'
import {
  type Beginning,
  type Connector,
  ldapConnector,
  samlConnector,
  settingsText,
} from './settings-text.ts'

interface Asked extends Beginning {
  /** Path of the file to write. */
  readonly output: string
}

export interface InitLdapAsked extends Asked {
  readonly server: readonly string[]
  readonly base: string
  readonly bindDn: string
  readonly kind: 'openldap' | 'active-directory'
  readonly ca?: string | undefined
}

export interface InitSamlAsked extends Asked {
  readonly metadata: string
  readonly entity?: string | undefined
  readonly groupsAttribute: string
  readonly usernameAttribute: string
}

/** The service account's password stands in a file of this name beside the settings. */
const passwordFile = 'ldap-password'

/**
 * `gatehouse init ldap`: writes a settings file for a directory and prints what to do next. Exit
 * codes: 0 written, 1 not, with the reason.
 */
export async function initLdap(asked: InitLdapAsked, output: Output): Promise<number> {
  if (!(await written(asked, ldapConnector(asked, passwordFile), output))) return 1
  const { out } = output
  const config = asked.output
  const password = join(dirname(config), passwordFile)
  const steps = existsSync(password)
    ? []
    : [`put the password of ${asked.bindDn} into ${password}, readable by you alone`]
  out(
    nextSteps([
      ...steps,
      `gatehouse check --config ${config} --connect`,
      `gatehouse connector ldap try --config ${config} --username NAME`,
      `gatehouse serve --config ${config}`,
    ]),
  )
  return 0
}

/** `gatehouse init saml`: the same for an identity provider. */
export async function initSaml(asked: InitSamlAsked, output: Output): Promise<number> {
  if (!(await written(asked, samlConnector(asked), output))) return 1
  const { id, publicUrl, output: config } = asked
  output.out(
    nextSteps([
      `gatehouse check --config ${config}`,
      `gatehouse serve --config ${config}`,
      `give the identity provider our metadata: ${new URL(`/saml/${id}/metadata`, publicUrl)}`,
    ]),
  )
  return 0
}

/** Refuses what would be no settings, before anything is written, and never replaces a file. */
async function written(asked: Asked, connector: Connector, { err }: Output): Promise<boolean> {
  const { output: path, publicUrl } = asked
  if (!URL.canParse(publicUrl)) {
    err(`--public-url ${publicUrl}: write it whole, as https://sso.example.com`)
    return false
  }
  const text = settingsText(asked, connector)
  // The password's file is the person's next step; what it holds changes nothing here.
  const read = readSettings(text.replace(`\${file:${passwordFile}}`, 'password'), path, {})
  const problems = read.ok ? [] : read.problems
  if (problems.length > 0) {
    for (const problem of problems) err(problemLine(problem))
    err(`${path} was not written`)
    return false
  }
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'EEXIST' ? 'is there already: name another with --output' : code
    err(`${path} ${reason}`)
    return false
  }
}

function nextSteps(steps: readonly string[]): string {
  return ['Next:', ...steps.map((step, index) => `  ${index + 1}. ${step}`)].join('\n')
}
