"""What everybody may see: the public list, its map, the GeoJSON feed and Open311."""
