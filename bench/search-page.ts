/** The search page that latency is measured with, as a frontend asks for it. */

export const PAGE_HITS = 10;

export const SEARCH_PAGE = `query BenchPage($query: String!) {
  search(query: $query, first: ${PAGE_HITS}) {
    degraded { arm }
    hits { rank score chunk { id text document { id title } entities(first: 20) { id name type } } }
  }
}`;
