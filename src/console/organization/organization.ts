import { CallRefusal, type Output } from '../call.ts'
import { badge, code, link, none, text } from '../cells.ts'
import { detailPage } from '../page.ts'
import type { Section, Terms } from '../shown.ts'
import { words } from './words.ts'

type Features = Output<'iam:ListOrganizationsFeatures'>

/** The features of central root access, with the part of their addresses. */
export const rootFeatures = {
  RootCredentialsManagement: 'root-credentials',
  RootSessions: 'root-sessions',
} as const

export type RootFeature = keyof typeof rootFeatures

/** `/console/organization`. */
export const organization = detailPage({
  path: '/console/organization',
  nav: { section: 'Account', label: words.label, glyph: 'directory' },
  crumb: words.label,
  calls: ['iam:ListOrganizationsFeatures'],
  async read(call, { session }) {
    const found = await managed(call('iam:ListOrganizationsFeatures', {}))
    const account: Terms[number] = [words.account, code(session.claims.account)]
    const isManager = typeof found !== 'string'
    return {
      title: words.title,
      says: words.says,
      actions: [],
      main: isManager
        ? [featureSection(found)]
        : [{ kind: 'terms', title: words.features, terms: [[words.managed, none(found)]] }],
      aside: [
        {
          kind: 'terms',
          title: words.details,
          note: words.settings,
          terms: isManager ? [account, [words.id, code(found.OrganizationId ?? '')]] : [account],
        },
      ],
    }
  },
})

/** The answer, or why the account has none. */
async function managed(work: Promise<Features>): Promise<Features | string> {
  try {
    return await work
  } catch (error) {
    const { code: is = '' } = error instanceof CallRefusal ? error.fault : {}
    if (is === 'OrganizationNotFoundException') return words.byNobody
    if (is === 'AccountNotManagementOrDelegatedAdministratorException') return words.byOther
    throw error
  }
}

function featureSection({ EnabledFeatures = [] }: Features): Section {
  return {
    kind: 'rows',
    title: words.features,
    note: words.featuresNote,
    heads: [{ head: words.feature }, { head: words.state }, { head: words.change }],
    rows: (Object.keys(rootFeatures) as RootFeature[]).map((feature) => {
      const { name, says } = words.what[feature]
      const isOn = EnabledFeatures.includes(feature)
      const at = `/console/organization/${rootFeatures[feature]}`
      return [
        text(name, says),
        isOn ? badge(words.on) : badge(words.off, 'warn'),
        isOn ? link(words.turnOff, `${at}/disable`) : link(words.turnOn, `${at}/enable`),
      ]
    }),
    empty: '',
  }
}
