import { Bucket } from './bucket.ts'
import type { Entry } from './entry.ts'

/** Everything below begins with the labels on the way, this one's included. */
export interface PrefixNode {
  label: string
  /** By the first code unit of their labels. */
  children: Map<number, PrefixNode> | undefined
  /** Patterns whose literal beginning ends here. */
  bucket: Bucket | undefined
}

/** A compressed tree of the literal beginnings of patterns. */
export class PrefixTree {
  readonly root: PrefixNode = { label: '', children: undefined, bucket: undefined }

  add(prefix: string, entry: Entry): void {
    let node = this.root
    let rest = prefix
    while (rest !== '') {
      node.children ??= new Map()
      const child = node.children.get(rest.charCodeAt(0))
      if (!child) {
        const leaf = { label: rest, children: undefined, bucket: undefined }
        node.children.set(rest.charCodeAt(0), leaf)
        node = leaf
        break
      }
      const common = commonLength(child.label, rest)
      if (common < child.label.length) split(child, common)
      node = child
      rest = rest.slice(common)
    }
    node.bucket ??= new Bucket()
    node.bucket.add(entry)
  }
}

function split(node: PrefixNode, at: number): void {
  const lower: PrefixNode = { label: node.label.slice(at), children: node.children, bucket: node.bucket }
  node.label = node.label.slice(0, at)
  node.children = new Map([[lower.label.charCodeAt(0), lower]])
  node.bucket = undefined
}

function commonLength(a: string, b: string): number {
  let i = 0
  while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i++
  return i
}
