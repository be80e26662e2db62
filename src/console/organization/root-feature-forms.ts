import type { Action, Call } from '../call.ts'
import { formPage, type Page } from '../page.ts'
import { organization, type RootFeature, rootFeatures } from './organization.ts'
import { words } from './words.ts'

type Switch = Extract<Action, `iam:${'Enable' | 'Disable'}Organizations${string}`>

/** `/console/organization/FEATURE/enable` and `…/disable`. */
function switchPage(
  feature: RootFeature,
  operation: Switch,
  run: (call: Call<Switch>) => Promise<unknown>,
): Page {
  const turnsOn = operation.startsWith('iam:Enable')
  const { name, says } = words.what[feature]
  return formPage<Switch, Switch>({
    path: `/console/organization/${rootFeatures[feature]}/${turnsOn ? 'enable' : 'disable'}`,
    under: organization,
    crumb: turnsOn ? words.turnOn : words.turnOff,
    calls: [operation],
    operation,
    button: turnsOn ? words.turnOn : words.turnOff,
    danger: !turnsOn,
    fields: [],
    read: async () => ({
      title: turnsOn ? words.enableTitle(name) : words.disableTitle(name),
      says: turnsOn ? words.enableSays(name, says) : words.disableSays(name, says),
      values: {},
      keep: {
        text: turnsOn ? words.enableKeep : words.disableKeep,
        href: '/console/organization',
      },
    }),
    async save(call) {
      await run(call)
      const said = turnsOn ? words.enabled(name) : words.disabled(name)
      return { to: '/console/organization', said }
    },
  })
}

export const rootFeaturePages: readonly Page[] = [
  switchPage(
    'RootCredentialsManagement',
    'iam:DisableOrganizationsRootCredentialsManagement',
    (call) => call('iam:DisableOrganizationsRootCredentialsManagement', {}),
  ),
  switchPage(
    'RootCredentialsManagement',
    'iam:EnableOrganizationsRootCredentialsManagement',
    (call) => call('iam:EnableOrganizationsRootCredentialsManagement', {}),
  ),
  switchPage('RootSessions', 'iam:DisableOrganizationsRootSessions', (call) =>
    call('iam:DisableOrganizationsRootSessions', {}),
  ),
  switchPage('RootSessions', 'iam:EnableOrganizationsRootSessions', (call) =>
    call('iam:EnableOrganizationsRootSessions', {}),
  ),
]
