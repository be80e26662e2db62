import { addressOf } from '../../address.ts'
import { code, link, none, time } from '../../cells.ts'
import { limitsOf } from '../../limits.ts'
import { detailPage, listPage } from '../../page.ts'
import { pathFilter } from '../listing.ts'
import { tagsCell } from '../parts.ts'
import { words } from './words.ts'

export const profilesPath = '/console/instance-profiles'
export const profileName = limitsOf('iam:GetInstanceProfile', 'InstanceProfileName')
const rowsOnPage = 50
export const profileAt = (of: string) => addressOf(`${profilesPath}/:name`, { name: of })
const roleCell = (roles: readonly { readonly RoleName: string }[]) =>
  roles[0]
    ? link(roles[0].RoleName, addressOf('/console/roles/:name', { name: roles[0].RoleName }))
    : none(words.noRole)

/** `/console/instance-profiles`. */
export const profiles = listPage({
  path: profilesPath,
  nav: { section: 'Access', label: words.title, glyph: 'role' },
  crumb: words.title,
  calls: ['iam:ListInstanceProfiles'],
  title: words.title,
  says: words.says,
  actions: [{ text: words.create, href: `${profilesPath}/~create` }],
  noun: words,
  empty: words.empty,
  marker: limitsOf('iam:ListInstanceProfiles', 'Marker'),
  filters: [pathFilter(limitsOf('iam:ListInstanceProfiles', 'PathPrefix'))],
  async read(call, { filters: { path: PathPrefix }, marker, isWhole }) {
    const { InstanceProfiles: rows, Marker } = await call('iam:ListInstanceProfiles', {
      ...{ PathPrefix, Marker: marker, MaxItems: isWhole ? 1000 : rowsOnPage },
    })
    return { rows, marker: Marker }
  },
  columns: [
    {
      head: words.head,
      cell: ({ InstanceProfileName }) => link(InstanceProfileName, profileAt(InstanceProfileName)),
    },
    { head: words.role, cell: ({ Roles }) => roleCell(Roles) },
    { head: words.path, width: 'wide', cell: ({ Path }) => code(Path) },
    { head: words.created, width: 'desk', cell: ({ CreateDate }) => time(CreateDate) },
  ],
})

/** `/console/instance-profiles/NAME`. */
export const profile = detailPage({
  path: `${profilesPath}/:name`,
  params: { name: profileName },
  under: profiles,
  crumb: ({ name: one = '' }) => one,
  calls: ['iam:GetInstanceProfile'],
  async read(call, { params }) {
    const { InstanceProfile: found } = await call('iam:GetInstanceProfile', {
      InstanceProfileName: params.name ?? '',
    })
    const at = profileAt(found.InstanceProfileName)
    return {
      title: found.InstanceProfileName,
      actions: [
        found.Roles.length > 0
          ? { text: words.remove, href: `${at}/remove-role` }
          : { text: words.add, href: `${at}/add-role` },
        { text: words.tags, href: `${at}/tags` },
        { text: words.delete, href: `${at}/delete` },
      ],
      main: [
        {
          ...{ kind: 'terms', title: words.details },
          terms: [
            [words.role, roleCell(found.Roles)],
            ['ARN', code(found.Arn)],
            [words.path, code(found.Path)],
            [words.id, code(found.InstanceProfileId)],
            [words.tags, tagsCell(found.Tags)],
            [words.created, time(found.CreateDate)],
          ],
        },
      ],
      aside: [],
    }
  },
})
