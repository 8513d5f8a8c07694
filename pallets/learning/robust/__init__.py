"""Robust rules: a mean that a minority of dishonest updates cannot move far. Integers; the order of updates is nothing.

Every rule works on updates of int64 fixed point and gives the same bytes on every machine. What it withstands is a
bound on the number of adversaries among so many clients, which a task checks when it is created.

Reading order:
  bounds             the rules, and how many adversaries each withstands
  columns            the median and the trimmed mean of one coordinate: the step that a chain can do again
  coordinates        both for tables of updates                                                          [numpy]
  distances          exact squared distances and norms                                                   [numpy]
  krum               Krum, Multi-Krum, Bulyan                                                            [numpy]
  geometric_median   the point nearest to all updates, by a fixed number of Weiszfeld's steps            [numpy]
  norms              norm clipping                                                                       [numpy]
  tables             all of them by name                                                               [numpy]
"""
