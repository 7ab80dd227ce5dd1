"""Values → triples: IRIs, the store, validation, queries, snapshots."""
