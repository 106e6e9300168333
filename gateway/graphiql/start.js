/* Runs in the browser. A token in the address's fragment never reaches a server; it moves to the headers editor. */
(() => {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) history.replaceState(null, '', location.pathname);
  const query = `# Ask with Ctrl-Enter. Headers, below, carry your token: npx trellis token
query Search {
  search(query: "Who taught the mathematician who solved the bridges of Königsberg?", first: 3) {
    tookMs
    hits {
      rank
      score
      chunk { text document { title } entities(first: 5) { name } }
      explanation { arms { arm rank share } path { description } }
    }
  }
}
`;
  const socketUrl = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`;
  const fetcher = GraphiQL.createFetcher({ url: '/graphql', subscriptionUrl: socketUrl });
  const headers = token
    ? JSON.stringify({ authorization: `Bearer ${token}` }, null, 2)
    : '{\n  "authorization": "Bearer "\n}';
  ReactDOM.createRoot(document.getElementById('graphiql')).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultQuery: query,
      defaultEditorToolsVisibility: 'headers',
      defaultHeaders: headers,
      headers,
      shouldPersistHeaders: false,
    }),
  );
})();
