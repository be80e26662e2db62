import { addressOf, withQuery } from '../address.ts'
import { partOf } from '../call.ts'
import { code, link, time } from '../cells.ts'
import { limitsOf, problemOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { words as reports } from '../reports/words.ts'
import { groups } from './groups.ts'
import { attachedSection, inlineSection, mostItems } from './parts.ts'
import { words } from './words.ts'

const path = '/console/groups/:name'
const marker = limitsOf('iam:GetGroup', 'Marker')
const removal = '/console/users/:name/groups/:group/remove'
/** A group may have every user of the account, so that its members have pages. */
const membersOnPage = 50

/** `/console/groups/NAME`. */
export const group = detailPage({
  path,
  params: { name: limitsOf('iam:GetGroup', 'GroupName') },
  under: groups,
  crumb: ({ name = '' }) => name,
  calls: ['iam:GetGroup', 'iam:ListAttachedGroupPolicies', 'iam:ListGroupPolicies'],
  async read(call, { params: { name = '' }, query }) {
    const typed = query('marker') || undefined
    // A marker that can be none leads to the first page.
    const Marker = typed !== undefined && problemOf(marker, typed) === undefined ? typed : undefined
    const found = await call('iam:GetGroup', { GroupName: name, Marker, MaxItems: membersOnPage })
    const { GroupName, Arn, Path, GroupId, CreateDate } = found.Group
    const asked = { GroupName, MaxItems: mostItems }
    const [attached, inline] = await Promise.all([
      partOf(call('iam:ListAttachedGroupPolicies', asked)),
      partOf(call('iam:ListGroupPolicies', asked)),
    ])
    const here = addressOf(path, { name: GroupName })
    const more = found.Marker && withQuery(here, { marker: found.Marker })
    return {
      title: GroupName,
      actions: [
        { text: words.acts.rename, href: `${here}/rename` },
        { text: words.acts.delete, href: `${here}/delete` },
        { text: reports.accessed.title, href: `${here}/last-accessed` },
        { text: reports.review.title, href: `${here}/review` },
      ],
      main: [
        {
          acts: [{ text: words.acts.add, href: `${here}/add-members` }],
          kind: 'rows',
          title: words.group.members,
          heads: [
            { head: words.group.user },
            { head: words.path, width: 'desk' },
            { head: words.change, width: 'desk' },
          ],
          rows: found.Users.map(({ UserName, Path }) => [
            link(UserName, addressOf('/console/users/:name', { name: UserName })),
            code(Path),
            link(words.acts.remove, addressOf(removal, { name: UserName, group: GroupName })),
          ]),
          empty: Marker === undefined ? words.group.none : words.group.noMore,
          links: [
            ...(Marker === undefined ? [] : [{ text: words.group.first, href: here }]),
            ...(more ? [{ text: words.group.next, href: more }] : []),
          ],
        },
        attachedSection(
          attached,
          (arn) => addressOf(`${path}/attached/:arn/detach`, { name: GroupName, arn }),
          [{ text: words.acts.attach, href: `${here}/attach-policy` }],
        ),
        inlineSection(
          inline,
          (policy) =>
            addressOf('/console/groups/:name/policies/:policy', { name: GroupName, policy }),
          [
            {
              text: words.acts.create,
              href: addressOf('/console/groups/:name/create-policy', { name: GroupName }),
            },
          ],
        ),
      ],
      aside: [
        {
          kind: 'terms',
          title: words.facts.title,
          terms: [
            [words.facts.arn, code(Arn)],
            [words.path, code(Path)],
            [words.facts.id, code(GroupId)],
            [words.created, time(CreateDate)],
          ],
        },
      ],
    }
  },
})
