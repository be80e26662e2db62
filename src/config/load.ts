import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Identity } from '../kernel/identity.ts'
import { type AppRules, compileAppRules, registeredRule } from '../mapping/app-rules.ts'
import { compileMappings, type Mappings } from '../mapping/index.ts'
import { type Path, type Position, parseSettings, type SettingsDocument } from './document.ts'
import { fileProblems } from './file-problems.ts'
import { gateHostProblems, gateRuleProblems, gateRules } from './gate.ts'
import { issuerHostProblems } from './issuer-hosts.ts'
import { organizationWarnings } from './organization-warnings.ts'
import { type PolicyProblem, policyProblems } from './policies.ts'
import { type Environment, readReferences } from './references.ts'
import { schemaProblems } from './schema-problems.ts'
import { type Settings, settingsSchema } from './settings.ts'
import { standardInput } from './standard-input.ts'
import { asWritten } from './written-rules.ts'

export interface SettingsProblem extends Position {
  readonly file: string
  /** `listen.port`, `mappings[0].when`; empty for the file as a whole. */
  readonly path: string
  /** States what was found and what was expected; contains no secret. */
  readonly message: string
}
/** Settings that are fit to serve with. */
export interface Configuration {
  readonly ok: true
  readonly settings: Settings
  readonly mappings: Mappings
  /** Who may use which app, and what it is told. */
  readonly appRules: AppRules
  /** Who may use which site behind the gate, and which paths of it. */
  readonly gateRules: AppRules
  /** Whether a person may use any app or site: who has no role signs in for one. */
  mayUseAny(identity: Identity): boolean
  /** Whether a person of a connector may have security keys of their own here. */
  mayHaveKeys(identity: Identity): boolean
  readonly warnings: readonly SettingsProblem[]
}
export type LoadedSettings =
  | Configuration
  | { readonly ok: false; readonly problems: readonly SettingsProblem[] }
/** Further warnings about valid settings; a server that starts or reloads does not compute them. */
export type FurtherWarnings = (settings: Settings) => readonly PolicyProblem[]

const nothingFurther: FurtherWarnings = () => []

/** By error code. */
const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'not UTF-8 text',
}

/**
 * Reads a settings file (`-`: standard input) whole or not at all, and reports every problem with
 * its position. Replaces `${env:NAME}` and `${file:PATH}` from `env` and the disk. Does not throw
 * for problems that the operator can fix.
 */
export async function loadSettings(
  path: string,
  env: Environment,
  further = nothingFurther,
): Promise<LoadedSettings> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(
      path === '-' ? await standardInput() : await readFile(path),
    )
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const message = unreadable[code ?? ''] ?? `cannot be read: ${code ?? 'unknown reason'}`
    return { ok: false, problems: [{ file: path, line: 1, column: 1, path: '', message }] }
  }
  return readSettings(text, path, env, further)
}

/**
 * Does the same as loadSettings for a text. `file` names it in problems, and its folder is the base
 * of `${file:…}`.
 */
export function readSettings(
  text: string,
  file: string,
  env: Environment,
  further = nothingFurther,
): LoadedSettings {
  const references = readReferences(env, dirname(resolve(file)))
  const document = parseSettings(text, references.expand)
  if (!('value' in document))
    return { ok: false, problems: document.map((problem) => ({ file, path: '', ...problem })) }
  const place = placer(document, file)
  if (references.problems.length > 0)
    return {
      ok: false,
      problems: sorted(references.problems.map(({ path, message }) => place(path, message))),
    }

  const parsed = settingsSchema.safeParse(document.value ?? {})
  if (!parsed.success) {
    const told = schemaProblems(parsed.error.issues, document.value ?? {}, references.isSecret)
    return {
      ok: false,
      problems: sorted(told.map(({ path, atKey, message }) => place(path, message, { atKey }))),
    }
  }
  const settings = parsed.data
  const rules = compileRules(settings)
  const { compiled, compiledApps, compiledGate, compiledKeys } = rules
  const { gate } = settings
  const problems = [
    ...[
      ...fileProblems(document.value),
      ...policyProblems(settings),
      ...issuerHostProblems(settings),
      ...gateHostProblems(gate, new URL(settings.publicUrl)),
    ].map(({ path, message }) => place(path, message)),
    ...(compiled.ok
      ? []
      : compiled.problems.map(({ path, message, offset }) =>
          place(['mappings', ...path.map(asWritten)], message, { offset }),
        )),
    ...(compiledApps.ok
      ? []
      : compiledApps.problems.map(({ path, message, offset }) =>
          place(
            path[0] === registeredRule ? ['registration', ...path.slice(1)] : ['apps', ...path],
            message,
            { offset },
          ),
        )),
    ...(compiledKeys.ok
      ? []
      : compiledKeys.problems.map(({ path, message, offset }) =>
          place(['securityKeys', ...path], message, { offset }),
        )),
    ...gateRuleProblems(gate, compiledGate).map(({ path, message, offset }) =>
      place(path, message, { offset }),
    ),
  ]
  if (problems.length > 0) return { ok: false, problems: sorted(problems) }
  const warnings = [...warningsOf(settings, references.inTheClear), ...further(settings)].map(
    ({ path, message, offset }: PolicyProblem) => place(path, message, { offset }),
  )
  return configurationOf({ settings, warnings: sorted(warnings) }, rules)
}

/** The part of a configuration that has no functions, so that threads can hand it on. */
export type CheckedSettings = Pick<Configuration, 'settings' | 'warnings'>

type Rules = ReturnType<typeof compileRules>

/** The one rule of who of the connectors' people may have security keys. */
const keysRule = 'people'

function compileRules({ mappings, apps, gate, registration, securityKeys }: Settings) {
  return {
    compiled: compileMappings(mappings),
    compiledApps: compileAppRules([
      ...Object.entries(apps).map(([id, written]) => ({ id, ...written })),
      ...(registration.enabled ? [{ id: registeredRule, when: registration.when }] : []),
    ]),
    compiledGate: compileAppRules(gateRules(gate)),
    compiledKeys: compileAppRules([{ id: keysRule, when: securityKeys.people?.when }]),
  }
}

/** Adds compiled rules to settings without problems. Throws Error when a rule does not compile. */
export function configurationOf(
  { settings, warnings }: CheckedSettings,
  { compiled, compiledApps, compiledGate, compiledKeys }: Rules = compileRules(settings),
): Configuration {
  if (!compiled.ok || !compiledApps.ok || !compiledGate.ok || !compiledKeys.ok)
    throw new Error('a rule of checked settings does not compile')
  const { appRules } = compiledApps
  const { appRules: ofGate } = compiledGate
  const sites = Object.keys(settings.gate.sites)
  const { people } = settings.securityKeys
  const { appRules: ofKeys } = compiledKeys
  return {
    ok: true,
    settings,
    mappings: compiled.mappings,
    appRules,
    gateRules: ofGate,
    mayUseAny: (identity) =>
      appRules.mayUseAny(identity) ||
      sites.some((id) => ofGate.evaluate(id, identity)?.result === 'allowed'),
    mayHaveKeys: (identity) =>
      people !== undefined &&
      (people.connectors ?? [identity.connector]).includes(identity.connector) &&
      ofKeys.evaluate(keysRule, identity)?.result === 'allowed',
    warnings,
  }
}

/** Formats a problem as one line, as compilers do, so that editors can jump to it. */
export function problemLine({ file, line, column, path, message }: SettingsProblem): string {
  return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`
}

/** Narrows a position within a value to its key, or to a character of its text. */
interface Within {
  readonly atKey?: boolean | undefined
  readonly offset?: number | undefined
}

function placer(document: SettingsDocument, file: string) {
  return (path: Path, message: string, { atKey, offset }: Within = {}): SettingsProblem => ({
    file,
    ...(atKey ? document.keyPosition(path) : document.position(path, offset)),
    path: pathText(path),
    message,
  })
}

function pathText(path: Path): string {
  return path.map(stepText).join('').replace(/^\./, '')
}

function stepText(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`
  return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
}

function sorted(problems: readonly SettingsProblem[]): readonly SettingsProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
}

function warningsOf(
  settings: Settings,
  inTheClear: readonly Path[],
): readonly { readonly path: Path; readonly message: string }[] {
  const warnings = inTheClear.map((path) => ({
    path,
    message: 'a secret in the clear: give it as `${' + 'env:NAME}` or `${' + 'file:PATH}`',
  }))
  for (const [id, connector] of Object.entries(settings.connectors)) {
    if (connector.type === 'ldap' && connector.tls.mode === 'cleartext-allowed') {
      warnings.push({
        path: ['connectors', id, 'tls', 'mode'],
        message: 'passwords go over the wire in the clear',
      })
    }
  }
  if (settings.calls.passwordsInQuery)
    warnings.push({
      path: ['calls', 'passwordsInQuery'],
      message: 'passwords are taken from URLs, which proxies and clients write into their logs',
    })
  const { proxies, secret, sites } = settings.gate
  if (Object.keys(sites).length > 0 && proxies.length === 0 && secret === undefined)
    warnings.push({
      path: ['gate', 'sites'],
      message: 'no proxy is believed: list `proxies`, or give a `secret`',
    })
  if (Object.keys(settings.connectors).length > 0 && settings.mappings.length === 0)
    warnings.push({ path: ['mappings'], message: 'no rules: nobody who signs in gets a role' })
  return [...warnings, ...organizationWarnings(settings.organization, settings.accounts)]
}
