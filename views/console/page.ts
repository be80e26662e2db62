import type { Content } from '../../src/console/content.ts'
import type { Shown } from '../../src/console/visit.ts'
import type { Safe } from '../html.ts'
import { askView } from './ask.ts'
import { detailView } from './detail.ts'
import { editorView } from './editor/editor.ts'
import { formView } from './form.ts'
import { consoleFrame, type Frame, type Inside } from './frame.ts'
import { homeView } from './home.ts'
import { deniedView, missingView, refusedView } from './refusals.ts'
import { reportView } from './report.ts'
import { tableView } from './table.ts'

/** Renders the result of a visit in the console's frame. */
export function consolePage(frame: Frame, shown: Shown): Safe {
  const view = views[shown.kind] as View<Shown['kind']>
  return consoleFrame(frame, view(shown, frame))
}

type ShownAs<K extends Shown['kind']> = Extract<Shown, { readonly kind: K }>
type View<K extends Shown['kind']> = (shown: ShownAs<K>, frame: Frame) => Inside

const views: { readonly [K in Shown['kind']]: View<K> } = {
  list: tableView,
  detail: detailView,
  form: formView,
  editor: editorView,
  report: reportView,
  home: homeView,
  ask: askView,
  denied: deniedView,
  missing: missingView,
  refused: refusedView,
} satisfies Record<Content['kind'] | 'denied' | 'missing' | 'refused', unknown>
