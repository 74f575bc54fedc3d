"""Who speaks when: embeddings tell voices apart, clustering makes turns of them, roles are only ever proposed."""
