"""Secure aggregation after Bonawitz et al. 2017: the server learns the exact sum of the survivors' updates, no update.

Every client hides its update under one mask a peer, which cancels in the sum, and under one mask of its own, which
does not. Both come from 256-bit keys. What a client would need to recover the masks of another is split among all
clients, sealed. When the masked updates are in, a block fixes who survived; only then do survivors reveal shares: of
a survivor's own mask, of a dropped client's key, never both for one client.

Reading order:
  refusals, threshold    every refusal is a type that names whom it blames; how many must survive
  room                   which sums cannot wrap
  encoding               fixed-point updates as residues whose sum cannot wrap, with the samples as one more  [numpy]
  shamir                 secrets among holders, over the field of 2^255 - 19
  agreement, sealing     X25519 agreements and the keys they give; shares under authenticated encryption
  masks                  AES-256-CTR streams added to a vector                                                 [numpy]
  mask_pieces            a few bytes of such a stream, from anywhere
  messages               what travels: announcements, rosters, sealed shares, revealed shares
  message_codec          the canonical bytes of all of them                                                 [numpy]
  client, server         the two sides of one round                                                            [numpy]
  group_draw             who is summed with whom
  groups                 a sum a group and a robust rule over the groups                                       [numpy]
"""
