import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { compileMappings, type Mappings } from '../mapping/index.ts'
import { type Path, parseSettings, type Position, type SettingsDocument } from './document.ts'
import { type PolicyProblem, policyProblems } from './policies.ts'
import { type Environment, readReferences } from './references.ts'
import { schemaProblems } from './schema-problems.ts'
import { type Settings, settingsSchema } from './settings.ts'

export interface SettingsProblem extends Position {
  readonly file: string
  /** `listen.port`, `mappings[0].when`; empty for the file as a whole. */
  readonly path: string
  /** What was found and what was expected; no secret. */
  readonly message: string
}
export type LoadedSettings =
  | { readonly ok: true; readonly settings: Settings; readonly mappings: Mappings; readonly warnings: readonly SettingsProblem[] }
  | { readonly ok: false; readonly problems: readonly SettingsProblem[] }
/** What else there is to warn of in settings that are fit; a server that starts or reloads asks nothing more. */
export type FurtherWarnings = (settings: Settings) => readonly PolicyProblem[]

const nothingFurther: FurtherWarnings = () => []

/**
 * Reads a settings file whole or not at all: every problem is told, with its place. `${env:NAME}` and `${file:PATH}` are
 * replaced from `env` and the disk. Does not throw for what the operator can mend.
 */
export async function loadSettings(path: string, env: Environment, further = nothingFurther): Promise<LoadedSettings> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const message = code === 'ENOENT' ? 'no such file' : code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'not UTF-8 text' : `cannot be read: ${code ?? 'unknown reason'}`
    return { ok: false, problems: [{ file: path, line: 1, column: 1, path: '', message }] }
  }
  return readSettings(text, path, env, further)
}

/** As loadSettings, of a text; `file` names it in problems, and its folder is where `${file:…}` starts from. */
export function readSettings(text: string, file: string, env: Environment, further = nothingFurther): LoadedSettings {
  const references = readReferences(env, dirname(resolve(file)))
  const document = parseSettings(text, references.expand)
  if (!('value' in document)) return { ok: false, problems: document.map((problem) => ({ file, path: '', ...problem })) }
  const place = placer(document, file)
  if (references.problems.length > 0) return { ok: false, problems: sorted(references.problems.map(({ path, message }) => place(path, message))) }

  const parsed = settingsSchema.safeParse(document.value ?? {})
  if (!parsed.success) {
    const told = schemaProblems(parsed.error.issues, document.value ?? {}, references.isSecret)
    return { ok: false, problems: sorted(told.map(({ path, atKey, message }) => place(path, message, atKey))) }
  }
  const settings = parsed.data
  const compiled = compileMappings(settings.mappings)
  const problems = [
    ...policyProblems(settings).map(({ path, message }) => place(path, message)),
    ...(compiled.ok ? [] : compiled.problems.map(({ path, message }) => place(['mappings', ...path.map(asWritten)], message))),
  ]
  if (problems.length > 0 || !compiled.ok) return { ok: false, problems: sorted(problems) }
  const warnings = [...warningsOf(settings, references.inTheClear), ...further(settings)].map(({ path, message }) => place(path, message))
  return { ok: true, settings, mappings: compiled.mappings, warnings: sorted(warnings) }
}

/** One line, as compilers print it: editors jump to it. */
export function problemLine({ file, line, column, path, message }: SettingsProblem): string {
  return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`
}

const asWritten = (part: string | number): string | number => part === 'maxDurationSeconds' ? 'maxDuration' : part

function placer(document: SettingsDocument, file: string) {
  return (path: Path, message: string, atKey = false): SettingsProblem => ({
    file, ...(atKey ? document.keyPosition(path) : document.position(path)), path: pathText(path), message,
  })
}

function pathText(path: Path): string {
  return path.map((part) => typeof part === 'number' ? `[${part}]` : /^[\w-]+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`).join('').replace(/^\./, '')
}

function sorted(problems: readonly SettingsProblem[]): readonly SettingsProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
}

function warningsOf(settings: Settings, inTheClear: readonly Path[]): readonly { readonly path: Path; readonly message: string }[] {
  const warnings = inTheClear.map((path) => ({ path, message: 'a secret in the clear: give it as `${' + 'env:NAME}` or `${' + 'file:PATH}`' }))
  for (const [id, connector] of Object.entries(settings.connectors)) {
    if (connector.type === 'ldap' && connector.tls.mode === 'cleartext-allowed') {
      warnings.push({ path: ['connectors', id, 'tls', 'mode'], message: 'passwords go over the wire in the clear' })
    }
  }
  if (Object.keys(settings.connectors).length > 0 && settings.mappings.length === 0) warnings.push({ path: ['mappings'], message: 'no rules: nobody who signs in gets a role' })
  return warnings
}
