console.log('Saker');
