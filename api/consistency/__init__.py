"""Were like cases treated alike: past fines beside each other, exactly.

Like cases rest on the same item, edition, role, stage, tier and circumstances. `position` says
where a fine lies in its range, `grouping` puts like cases together, `judging` says what stands out,
`answering` makes it data, `export` a sheet, `strip` a drawing. `sheets`, `mapping`, `cells` and
`rows` read past decisions from a file; `staging` does so for a page.
"""
