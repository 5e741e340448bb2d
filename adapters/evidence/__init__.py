"""Evidence, where it meets the world: keys, signer, witness, stamps, bundles."""
