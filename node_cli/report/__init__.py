"""An outcome as one HTML file: no script, no address of another machine; light and dark as the reader has it.

`markup` (elements as text), `style` (the sheet), `scale` (from figures to places), `curves`, `timeline` (drawings),
`sections` (one for each question), `page`.
"""
