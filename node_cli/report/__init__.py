"""An outcome as one HTML file: no script, no address of another machine; light and dark as the reader has it.

`markup` (elements as text), `style` (the sheet), `scale` (from figures to places), `curves`, `confusions`, `timeline`
(drawings), `parts` (what several sections are made of), `sections` (one for each question), `exhibits` (one for each
act) with their `drawings`, `page`.
"""
