/* Runs in the browser: puts Apollo Sandbox into the page, where its script could be loaded. */
(() => {
  if (!window.EmbeddedSandbox) return;
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) history.replaceState(null, '', location.pathname);
  document.getElementById('offline').hidden = true;
  document.getElementById('sandbox').hidden = false;
  new window.EmbeddedSandbox({
    target: '#sandbox',
    initialEndpoint: new URL('/graphql', location.href).href,
    endpointIsEditable: false,
    runTelemetry: false,
    allowDynamicStyles: false,
    initialState: {
      document: 'query Viewer {\n  viewer {\n    subject\n    tenant\n    scopes\n  }\n}\n',
      headers: { authorization: token ? `Bearer ${token}` : 'Bearer ' },
      includeCookies: false,
    },
  });
})();
