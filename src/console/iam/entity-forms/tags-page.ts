import type { Tag } from '../../../reference/aws/iam-shapes.gen.ts'
import { addressOf, type Params } from '../../address.ts'
import type { Action, Call } from '../../call.ts'
import { type Page, stepsPage } from '../../page.ts'
import type { Task } from '../../tasks.ts'
import type { Tagged } from './subject.ts'
import { tagsField, tagsOf, tagsText } from './tags.ts'
import { words } from './words.ts'

const said = words.tags

/** `…/tags`: sets and removes tags, as many calls as there are kinds of change. */
export function tagsPage({ page, by, gets, find, tag, untag }: Tagged): Page {
  const { path, params: limits = {} } = page
  const nameIn = (params: Params) => params[by ?? Object.keys(limits)[0]!] ?? ''
  return stepsPage<Action>({
    path: `${path}/tags`,
    params: limits,
    under: page,
    crumb: said.crumb,
    calls: [gets, tag.action, untag.action],
    steps: [{ title: '', fields: [tagsField] }],
    button: said.button,
    edits: true,
    async read(call, { params }) {
      const found = await find(call, nameIn(params))
      return {
        title: said.title(found.name),
        says: said.says,
        locked: found.locked,
        values: { Tags: tagsText(found.tags) },
        keep: { text: said.keep, href: addressOf(path, params) },
      }
    },
    plan: ({ Tags = '' }, { params, now }) => ({
      tasks: tagTasks(tagsOf(now.Tags), tagsOf(Tags), {
        tag: (call, tags) => tag.run(call, nameIn(params), tags),
        untag: (call, keys) => untag.run(call, nameIn(params), keys),
      }),
      to: addressOf(path, params),
      said: said.said,
      report: said.report,
    }),
  })
}

interface Tagging {
  tag(call: Call<Action>, tags: readonly Tag[]): Promise<unknown>
  untag(call: Call<Action>, keys: readonly string[]): Promise<unknown>
}

/** Removes what is no longer wanted, then sets what is new or has another value. */
export function tagTasks(
  was: readonly Tag[],
  wanted: readonly Tag[],
  { tag, untag }: Tagging,
): readonly Task<Action>[] {
  const had = new Map(was.map(({ Key, Value }) => [Key, Value]))
  const kept = new Set(wanted.map(({ Key }) => Key.toLowerCase()))
  const set = wanted.filter(({ Key, Value }) => had.get(Key) !== Value)
  const gone = was.map(({ Key }) => Key).filter((key) => !kept.has(key.toLowerCase()))
  const sets: Task<Action> = {
    words: said.set(set.map(({ Key }) => Key).join(', ')),
    run: async (call) => {
      await tag(call, set)
    },
  }
  const removes: Task<Action> = {
    words: said.removed(gone.join(', ')),
    run: async (call) => {
      await untag(call, gone)
    },
  }
  return [...(gone.length > 0 ? [removes] : []), ...(set.length > 0 ? [sets] : [])]
}
