import type { Settings } from './settings.ts'

/**
 * A section without a row does not compile: a new section must state whether a reload applies it.
 */
const takesEffect: Readonly<Record<keyof Settings, 'start' | 'reload'>> = {
  listen: 'start',
  publicUrl: 'start',
  operations: 'start',
  shutdown: 'start',
  workers: 'start',
  region: 'start',
  ownRegions: 'start',
  settingsName: 'start',
  store: 'start',
  ephemeral: 'start',
  keys: 'start',
  accounts: 'reload',
  organization: 'reload',
  connectors: 'reload',
  mappings: 'reload',
  apps: 'reload',
  resources: 'reload',
  acrValues: 'reload',
  services: 'reload',
  registration: 'reload',
  terminal: 'reload',
  gate: 'reload',
  federation: 'reload',
  webIdentity: 'start',
  samlProviders: 'reload',
  calls: 'start',
  outbound: 'start',
  branding: 'start',
  audit: 'start',
  limits: 'start',
  session: 'start',
  securityKeys: 'reload',
}
const sections = Object.keys(takesEffect) as readonly (keyof Settings)[]

/** The sections that a changed file or SIGHUP applies to the running server. */
export const reloadedSections = sections.filter((key) => takesEffect[key] === 'reload')

/**
 * Returns the sections that are read only at the start and differ: their changes wait for a
 * restart.
 */
export function waitingForStart(running: Settings, next: Settings): readonly (keyof Settings)[] {
  return sections.filter(
    (key) =>
      takesEffect[key] === 'start' && JSON.stringify(next[key]) !== JSON.stringify(running[key]),
  )
}
