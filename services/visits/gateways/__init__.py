"""What lies outside the database of visits: the folder of photographs and plans, pictures, and the virus scanner."""
