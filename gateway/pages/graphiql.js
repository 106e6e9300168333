/* Runs in the browser. A token in the address's fragment never reaches a server; it moves to the headers editor. */
(() => {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) history.replaceState(null, '', location.pathname);
  const query = `# Run with Ctrl-Enter. The headers below carry your token; "npx trellis token" prints one.
query Search {
  search(query: "Who taught the mathematician who solved the bridges of Königsberg?", first: 3) {
    tookMs
    hits {
      rank
      score
      chunk { text document { title } entities(first: 5) { name } }
      explanation { arms { arm rank share } }
    }
  }
}
`;
  const headers = JSON.stringify({ authorization: token ? `Bearer ${token}` : 'Bearer ' }, null, 2);
  const socketUrl = new URL('/graphql', location.href);
  socketUrl.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const fetcher = GraphiQL.createFetcher({ url: '/graphql', subscriptionUrl: socketUrl.href });
  ReactDOM.createRoot(document.getElementById('graphiql')).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultQuery: query,
      defaultEditorToolsVisibility: 'headers',
      defaultHeaders: headers,
      ...(token ? { headers } : {}),
      shouldPersistHeaders: false,
    }),
  );
})();
