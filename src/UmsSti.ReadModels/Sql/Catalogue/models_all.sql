SELECT name, layout, active, building FROM models
