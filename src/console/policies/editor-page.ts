import type { Action, Call } from '../call.ts'
import type { Page, PageBase } from '../page.ts'
import { openEditor, submitEditor } from './editor.ts'
import type { EditorRules } from './editor-rules.ts'

/**
 * A policy document that is written, checked, reviewed and saved on one page. The text is sent with
 * each step, so that none depends on what the server remembers.
 */
export function editorPage<A extends Action, O extends A>(
  page: PageBase<A> & EditorRules<A, O>,
): Page {
  return {
    ...page,
    kind: 'editor',
    open: (call, request) => openEditor(page, call as unknown as Call<A>, request),
    submit: (call, request) => submitEditor(page, call as unknown as Call<A>, request),
  }
}
