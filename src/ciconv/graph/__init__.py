"""Pictures of pipelines: jobs and edges as data, then as DOT, Mermaid, SVG, PNG or PDF."""
